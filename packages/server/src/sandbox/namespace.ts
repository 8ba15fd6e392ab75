import type { Sandbox } from './sandbox.ts';

const NAMESPACE = ['--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];
/** Who is not root gets a PID namespace inside a user namespace, in which he stays who he is. */
const USER_NAMESPACE = ['--user', '--map-current-user'];
/** The first process of a namespace inherits its orphans, and a shell takes their exit codes; an agent would not. */
const FIRST_PROCESS = '"$@"; exit $?';

/**
 * Holds a process with the tools of util-linux: the kernel kills `unshare` when the server dies, then the first
 * process of the namespace, and with that one all of it. Files are those of the machine.
 * The kernel counts the thread that started a process as its parent: start it from one that lives as long as the server.
 */
export function createNamespace(
  { setpriv, unshare }: { setpriv: string; unshare: string },
  { userNamespace }: { userNamespace: boolean },
): Sandbox {
  const flags = [...NAMESPACE, ...(userNamespace ? USER_NAMESPACE : [])];
  const first = ['/bin/sh', '-c', FIRST_PROCESS, 'sh'];
  return {
    kind: 'namespace',
    ownsTree: true,
    hidesFiles: false,
    wrap: (command) => ({
      file: setpriv,
      args: ['--pdeathsig', 'KILL', '--', unshare, ...flags, '--', ...first, command.file, ...command.args],
    }),
  };
}
