import { OUTPUTS, UPLOADS, WORKSPACE } from '../domain/session-resource.ts';

// Where the agent finds what its session was given. All paths are those that the agent sees.

const MAX_BYTES = 1024;
const MAX_NAME_BYTES = 255;
const MAX_DEPTH = 32;
/** What the machine itself needs: nothing is put into it. */
const SYSTEM = new Set([
  'bin',
  'boot',
  'dev',
  'etc',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'proc',
  'run',
  'sbin',
  'sys',
  'usr',
  'var',
]);

export type Place<Where> = Where | { fault: string };

/**
 * Where a file is: below the uploads folder, whether the path is absolute or not. An absolute one is also where it says, as
 * far as that is no place of the system. `id`: the file as the client knows it.
 */
export function placeFile(
  path: string | undefined,
  id: string,
): Place<{ mountPath: string; alsoAt: string | null }> {
  const given = path ?? id;
  if (given.endsWith('/')) return { fault: 'must name a file, not a directory' };
  const rest = given.startsWith(`${UPLOADS}/`) ? given.slice(UPLOADS.length + 1) : given;
  const parts = split(rest);
  if ('fault' in parts) return parts;
  const inner = parts.names.join('/');
  const isElsewhere = rest.startsWith('/') && mayMountAt(parts.names);
  return { mountPath: `${UPLOADS}/${inner}`, alsoAt: isElsewhere ? `/${inner}` : null };
}

/** Where a repository is: where it says, or below the workspace, under its own name. */
export function placeRepository(path: string | undefined, url: string): Place<{ mountPath: string }> {
  const given = path ?? nameOf(url);
  const parts = split(given.startsWith('/') ? given : `${WORKSPACE}/${given}`);
  if ('fault' in parts) return parts;
  const mountPath = `/${parts.names.join('/')}`;
  if (!mayMountAt(parts.names)) return { fault: `nothing can be put at ${mountPath}` };
  return { mountPath };
}

/** Whether one lies in the other, or at the same place. */
export function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

/** Whether it is no place of the system's, nor one where the files of the session are. */
function mayMountAt(names: string[]): boolean {
  const path = `/${names.join('/')}`;
  return !SYSTEM.has(names[0] ?? '') && !overlap(path, UPLOADS) && !overlap(path, OUTPUTS);
}

function split(path: string): Place<{ names: string[] }> {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return { fault: 'must not contain control characters' };
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return { fault: 'must not contain ..' };
  if (names.length === 0) return { fault: 'must name a place' };
  if (Buffer.byteLength(path) > MAX_BYTES) return { fault: `must have at most ${MAX_BYTES} bytes` };
  if (names.length > MAX_DEPTH) return { fault: `must be at most ${MAX_DEPTH} levels deep` };
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES))
    return { fault: `must not have names longer than ${MAX_NAME_BYTES} bytes` };
  return { names };
}

/** The last part of a repository's URL. */
function nameOf(url: string): string {
  const name = new URL(url).pathname.split('/').findLast((part) => part !== '') ?? '';
  return name.replace(/\.git$/, '');
}
