import { readFileSync } from 'node:fs';
import { isInside } from '../lib/files.ts';
import { makeRoot } from './made-root.ts';
import type { FileView, Mount, Sandbox } from './sandbox.ts';

const TMP = '/tmp';
/**
 * What root may do in its sandbox, with the numbers of linux/capability.h: act as the owner of any file and as any
 * user, which package managers need. With all capabilities it could take the masks away (CAP_SYS_ADMIN), go round
 * them (CAP_DAC_READ_SEARCH, CAP_MKNOD) or read what other agents send over loopback (CAP_NET_RAW).
 */
const ROOT_CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_NET_BIND_SERVICE: 10,
  CAP_SYS_CHROOT: 18,
  CAP_SETFCAP: 31,
};
/** Where root could change the kernel that all share. */
const SETTINGS = ['/sys', '/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus'];
const NAMESPACE = ['--unshare-pid', '--die-with-parent'];
const MACHINE = ['--dev-bind', '/', '/'];
const MACHINE_TO_READ = ['--ro-bind', '/', '/', '--dev', '/dev'];

/**
 * Holds a process with bubblewrap: a PID namespace of its own that dies with its root, and the root dies with the
 * server. The file system is the machine's, less what the view hides. The environment is passed by the process
 * itself, so nothing secret is on the command line.
 */
export function createBubblewrap(file: string): Sandbox {
  const restricted = ['--proc', '/proc', ...restrictions()];
  return {
    kind: 'bubblewrap',
    ownsTree: true,
    hidesFiles: true,
    wrap: (command, view) => ({
      file,
      args: [
        ...NAMESPACE,
        ...createRoot(view),
        ...restricted,
        ...mounts(view),
        ...(view.cwd === undefined ? [] : ['--chdir', view.cwd]),
        '--',
        command.file,
        ...command.args,
      ],
    }),
  };
}

/** The machine's file system, into which the rest is mounted. */
function createRoot(view: FileView): string[] {
  if (hasMounts(view)) return makeRoot(view.mounts, coveredBy(view), view.isReadOnly === true);
  return view.isReadOnly ? MACHINE_TO_READ : MACHINE;
}

/**
 * What is held back from root: most capabilities, and the machine's devices and settings, which belong to root and
 * need none. Other users have no capability inside, by bubblewrap's own choice; and what root itself lacks cannot
 * be kept.
 */
function restrictions(): string[] {
  if (process.getuid?.() !== 0) return [];
  const status = readFileSync('/proc/self/status', 'latin1');
  const own = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const kept = Object.entries(ROOT_CAPABILITIES).filter(([, bit]) => (own >> BigInt(bit)) & 1n);
  const settings = SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]);
  const capabilities = kept.flatMap(([name]) => ['--cap-add', name]);
  return ['--dev', '/dev', ...settings, '--cap-drop', 'ALL', ...capabilities];
}

/**
 * bubblewrap mounts in the order of its arguments, so the shallow comes first: what lies below a hidden directory, or
 * one that something else is put over, is bound over it, and a hidden directory below a bound one hides again. What is not
 * below such a directory is there anyway. A hidden directory itself cannot be bound: it would not be hidden.
 */
function mounts(view: FileView): string[] {
  const { masked, tmp, writable, readable, mounts: placed = [] } = view;
  const covers = [TMP, ...masked, ...placed.map(({ path }) => path)];
  const isBelowCover = (path: string) =>
    !covers.includes(path) && covers.some((root) => isInside(root, path));
  const mounted = [
    { path: TMP, args: ['--bind', tmp, TMP] },
    ...masked.map((path) => ({ path, args: ['--tmpfs', path] })),
    ...placed.map(({ source, path, isWritable }) => ({
      path,
      // A file that is only read may be taken away at this moment.
      args: [isWritable ? '--bind' : '--ro-bind-try', source, path],
    })),
    ...writable.filter(isBelowCover).map((path) => ({ path, args: ['--bind', path, path] })),
    ...readable.filter(isBelowCover).map((path) => ({ path, args: ['--ro-bind', path, path] })),
  ]
    .toSorted((a, b) => depth(a.path) - depth(b.path))
    .flatMap(({ args }) => args);
  // What is made or hidden is empty and stays so: a file there would be memory that no cap counts.
  const empty = [...masked, ...(hasMounts(view) ? ['/'] : [])];
  return [...mounted, ...empty.flatMap((path) => ['--remount-ro', path])];
}

function hasMounts(view: FileView): view is FileView & { mounts: readonly Mount[] } {
  return view.mounts !== undefined && view.mounts.length > 0;
}

/** Below these bubblewrap itself makes what is missing on the way to a mount. */
function coveredBy({ masked, writable, mounts: placed = [] }: FileView): string[] {
  return [TMP, ...masked, ...writable, ...placed.map(({ path }) => path)];
}

function depth(path: string): number {
  return path.split('/').filter(Boolean).length;
}
