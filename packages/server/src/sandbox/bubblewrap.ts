import type { FileView, Sandbox } from './sandbox.ts';
import { isInside } from '../lib/files.ts';

const TMP = '/tmp';
const NAMESPACE = ['--unshare-pid', '--die-with-parent', '--dev-bind', '/', '/', '--proc', '/proc'];

/**
 * Holds a process with bubblewrap: a PID namespace of its own that dies with its root, and the root dies with the
 * server. The file system is the machine's, less what the view hides. The environment is passed by the process
 * itself, so nothing secret is on the command line.
 */
export function createBubblewrap(file: string): Sandbox {
  return {
    kind: 'bubblewrap',
    ownsTree: true,
    wrap: (command, view) => ({
      file,
      args: [...NAMESPACE, ...mounts(view), '--', command.file, ...command.args],
    }),
  };
}

/**
 * bubblewrap mounts in the order of its arguments, so the shallow comes first: what lies below a hidden directory
 * is bound over it, and a hidden directory below a bound one hides again. What is not below a hidden directory is
 * there anyway. A hidden directory itself cannot be bound: it would not be hidden.
 */
function mounts({ masked, privateTmp, writable, readable }: FileView): string[] {
  const hidden = privateTmp ? [TMP, ...masked] : masked;
  const isBelowHidden = (path: string) =>
    !hidden.includes(path) && hidden.some((root) => isInside(root, path));
  return [
    ...hidden.map((path) => ({ path, args: ['--tmpfs', path] })),
    ...writable.filter(isBelowHidden).map((path) => ({ path, args: ['--bind', path, path] })),
    ...readable.filter(isBelowHidden).map((path) => ({ path, args: ['--ro-bind', path, path] })),
  ]
    .toSorted((a, b) => depth(a.path) - depth(b.path))
    .flatMap(({ args }) => args);
}

function depth(path: string): number {
  return path.split('/').filter(Boolean).length;
}
