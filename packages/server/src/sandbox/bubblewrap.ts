import { readFileSync } from 'node:fs';
import { isInside } from '../lib/files.ts';
import type { FileView, Sandbox } from './sandbox.ts';

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
const MACHINE = ['--dev-bind', '/', '/', '--proc', '/proc'];
const MACHINE_TO_READ = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];

/**
 * Holds a process with bubblewrap: a PID namespace of its own that dies with its root, and the root dies with the
 * server. The file system is the machine's, less what the view hides. The environment is passed by the process
 * itself, so nothing secret is on the command line.
 */
export function createBubblewrap(file: string): Sandbox {
  const restricted = restrictions();
  return {
    kind: 'bubblewrap',
    ownsTree: true,
    hidesFiles: true,
    wrap: (command, view) => ({
      file,
      args: [
        ...NAMESPACE,
        ...(view.isReadOnly ? MACHINE_TO_READ : MACHINE),
        ...restricted,
        ...mounts(view),
        '--',
        command.file,
        ...command.args,
      ],
    }),
  };
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
 * bubblewrap mounts in the order of its arguments, so the shallow comes first: what lies below a hidden directory
 * is bound over it, and a hidden directory below a bound one hides again. What is not below a hidden directory is
 * there anyway. A hidden directory itself cannot be bound: it would not be hidden.
 */
function mounts({ masked, tmp, writable, readable }: FileView): string[] {
  const hidden = [TMP, ...masked];
  const isBelowHidden = (path: string) =>
    !hidden.includes(path) && hidden.some((root) => isInside(root, path));
  const mounted = [
    { path: TMP, args: ['--bind', tmp, TMP] },
    ...masked.map((path) => ({ path, args: ['--tmpfs', path] })),
    ...writable.filter(isBelowHidden).map((path) => ({ path, args: ['--bind', path, path] })),
    ...readable.filter(isBelowHidden).map((path) => ({ path, args: ['--ro-bind', path, path] })),
  ]
    .toSorted((a, b) => depth(a.path) - depth(b.path))
    .flatMap(({ args }) => args);
  // What is hidden is empty and stays so: a file there would be memory that no cap counts.
  return [...mounted, ...masked.flatMap((path) => ['--remount-ro', path])];
}

function depth(path: string): number {
  return path.split('/').filter(Boolean).length;
}
