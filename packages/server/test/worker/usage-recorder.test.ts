import { describe, expect, it } from 'vitest';
import { createLog } from '#src/log.ts';
import type { UsageRecord } from '#src/store/records.ts';
import { StoreUnavailableError } from '#src/store/store.ts';
import { UsageRecorder } from '#src/worker/usage-recorder.ts';
import { newUsage } from '../suites/samples.ts';

/** A store that is away for the first `failures` writes. */
function createFlakyStore(failures: number) {
  const rows: UsageRecord[] = [];
  let left = failures;
  return {
    rows,
    async recordUsage(usage: UsageRecord) {
      if (left-- > 0) throw new StoreUnavailableError('Away.');
      rows.push(usage);
    },
  };
}

const unending = new AbortController().signal;

describe('the usage of model requests', () => {
  it('waits while the store is away, and whoever adds it up waits for it', async () => {
    const store = createFlakyStore(3);
    const recorder = new UsageRecorder(store, createLog({ level: 'silent', format: 'json' }));
    const usage = [newUsage('session', 'a'), newUsage('session', 'b'), newUsage('other', 'c')];
    for (const row of usage) void recorder.record(row);
    await recorder.settled('session', unending);
    expect(store.rows.filter(({ sessionId }) => sessionId === 'session')).toHaveLength(2);
    await recorder.settled('other', unending);
    expect(store.rows).toHaveLength(3);
  });

  it('is in the log when the server stops while the store is away; nobody waits for longer than he may', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'error', format: 'json' }, { write: (line) => void lines.push(line) });
    const recorder = new UsageRecorder(createFlakyStore(Infinity), log, 50);
    const recording = recorder.record({ ...newUsage('session', 'run'), outputTokens: 4711 });
    await recorder.settled('session', AbortSignal.timeout(50));
    recorder[Symbol.dispose]();
    await recording;
    expect(lines.join('')).toContain('4711');
  });
});
