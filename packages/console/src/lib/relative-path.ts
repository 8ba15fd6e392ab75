/** A path as one says it in a directory; one that is elsewhere stays as it is. */
export function relativePath(path: string, directory: string | undefined): string {
  const base = directory?.replace(/\/+$/, '');
  if (!base) return path;
  if (path === base) return '.';
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}
