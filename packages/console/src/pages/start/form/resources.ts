import { newRowId } from './row-id.ts';

/** What a session of `/v1` is given, as it is edited. */
export interface ResourceRow {
  id: string;
  type: 'file' | 'local_directory' | 'github_repository';
  /** The file's id, the directory's path, the repository's URL. */
  target: string;
  /** For a private repository. */
  token: string;
  /** A branch or a full commit; empty: the default branch. */
  branch: string;
  /** Where it is in the session; empty: where the server puts it. */
  mountPath: string;
}

export const newResource = (type: ResourceRow['type']): ResourceRow => ({
  id: newRowId(),
  type,
  target: '',
  token: '',
  branch: '',
  mountPath: '',
});

const COMMIT = /^(?:[\da-f]{40}|[\da-f]{64})$/i;

export function toResource(row: ResourceRow): Record<string, unknown> {
  const { type } = row;
  const [target, token, branch, mountPath] = [row.target, row.token, row.branch, row.mountPath].map((text) =>
    text.trim(),
  );
  switch (type) {
    case 'local_directory':
      return { type, path: target };
    case 'file':
      return { type, file_id: target, ...(mountPath && { mount_path: mountPath }) };
    case 'github_repository':
      return {
        type,
        url: target,
        ...(token && { authorization_token: token }),
        ...(branch && {
          checkout: COMMIT.test(branch) ? { type: 'commit', sha: branch } : { type: 'branch', name: branch },
        }),
        ...(mountPath && { mount_path: mountPath }),
      };
  }
}
