/** What the address of the list says. */
export interface FilesSearch {
  /** `sesn_…`: only the files of this session. */
  session?: string;
}

export function parseFilesSearch({ session }: Record<string, unknown>): FilesSearch {
  return typeof session === 'string' && session !== '' ? { session } : {};
}
