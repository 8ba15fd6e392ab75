import { describe, expect, it } from 'vitest';
import { detectSandbox } from '#src/sandbox/detect.ts';
import { execute } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen } from '../support/bullpen-process.ts';
import { findProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const KINDS = ['bubblewrap', 'namespace', 'process-group'] as const;

/** A loop in the background, one that ignores hang-ups, one in a session of its own, one without our mark. */
function startStrays(mark: string): string {
  const stray = `sh -c 'while true; do sleep 1; done' ${mark} >/dev/null 2>&1 &`;
  return `${stray} nohup ${stray} setsid ${stray} env -u AGENT_PROCESS_TREE ${stray} wait`;
}

describe.runIf(process.platform === 'linux')('a server that is killed (SIGKILL)', () => {
  it.for(KINDS)('takes everything that its agents started with it within 3 s (%s)', async (kind, context) => {
    const works = await detectSandbox(kind, process.env['PATH'] ?? '').catch(() => undefined);
    if (!works) context.skip(`${kind} does not work here`);
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--sandbox', kind]);
    const mark = `stray-${kind}-${process.pid}`;
    const input = JSON.stringify({ command: startStrays(mark) });
    await execute(server.url, { prompt: `[[tool=Bash ${input}]]`, allowed_tools: ['Bash'] });
    await until('the strays run', async () => (await findProcesses(mark)).length >= 4);
    await server.stop('SIGKILL');
    // The warden, too: its command line names the data directory.
    await until('nothing is left', async () => (await processesOf(dataDir.path)).length === 0, 3000);
    expect(await findProcesses(mark)).toEqual([]);
  });
});
