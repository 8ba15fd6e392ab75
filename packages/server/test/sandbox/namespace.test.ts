import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createNamespace } from '#src/sandbox/namespace.ts';
import type { Command, Sandbox } from '#src/sandbox/sandbox.ts';
import { findFault } from '#src/sandbox/trial.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const VIEW = { masked: [], tmp: '/tmp', writable: [], readable: [] };
const TOOLS = { setpriv: '/usr/bin/setpriv', unshare: '/usr/bin/unshare' };

// Root needs no user namespace, others do: those of the two that work here.
const working: { userNamespace: boolean; sandbox: Sandbox }[] = [];
let reason = 'unshare runs on Linux only';
for (const userNamespace of process.platform === 'linux' ? [true, false] : []) {
  const sandbox = createNamespace(TOOLS, { userNamespace });
  const fault = await findFault(sandbox, process.env['PATH'] ?? '');
  if (fault) reason = `unshare ${fault}`;
  else working.push({ userNamespace, sandbox });
}

if (working.length === 0) it('a namespace works', (context) => context.skip(reason));

describe.each(working)('a namespace (user namespace: $userNamespace)', ({ userNamespace, sandbox }) => {
  const wrap = (script: string): Command => sandbox.wrap({ file: '/bin/sh', args: ['-c', script] }, VIEW);
  const run = async (script: string, cwd = '/'): Promise<string> => {
    const { file, args } = wrap(script);
    return (await promisify(execFile)(file, args, { cwd })).stdout.trim();
  };

  it('sees no process but its own, as the user that it was, in the directory that it was started in', async () => {
    expect(Number(await run('ls /proc | grep -c "^[0-9]"'))).toBeLessThan(10);
    expect(await run('id -u')).toBe(String(process.getuid?.()));
    expect(await run('pwd', '/tmp')).toBe('/tmp');
  });

  it('keeps no exit code of an orphan, and gives that of its own command', async () => {
    const orphans = 'for i in 1 2 3; do sh -c "sleep 0.01 &"; done; sleep 0.1';
    expect(await run(`${orphans}; cat /proc/[0-9]*/stat | cut -d " " -f 3 | grep -c Z || true`)).toBe('0');
    await expect(run('exit 7')).rejects.toMatchObject({ code: 7 });
  });

  it.each(['server', 'agent'])('is gone with all it started when the %s is killed', async (killed) => {
    const mark = `held-${killed}-${userNamespace}-${process.pid}`;
    const stray = `sh -c 'while true; do sleep 1; done' ${mark}`;
    const { file, args } = wrap(`setsid ${stray} & nohup ${stray} >/dev/null & wait`);
    const server = spawn('/bin/sh', ['-c', '"$@" & echo $!; wait', 'sh', file, ...args]);
    let agent = '';
    server.stdout.on('data', (text) => (agent += text));
    await until('they run', async () => (await findProcesses(mark)).length === 2);
    process.kill(killed === 'server' ? (server.pid ?? 0) : Number(agent), 'SIGKILL');
    await until('they are gone', async () => (await findProcesses(mark)).length === 0, 3000);
    server.kill('SIGKILL');
  });
});
