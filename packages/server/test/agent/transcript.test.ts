import { describe, expect, it } from 'vitest';
import { TranscriptMirror } from '#src/agent/transcript.ts';
import { createLog } from '#src/log.ts';
import { until } from '../support/until.ts';

const log = createLog({ level: 'silent', format: 'json' });

/** A store that fails the first `failures` appends and remembers the others. */
function createFlakyStore(failures: number) {
  const rows: { subpath: string; uuid: string | null; entry: string }[] = [];
  let left = failures;
  return {
    rows,
    /** From this lease on; what comes under an earlier one is refused. */
    epoch: 0,
    async append(
      leaseEpoch: number,
      { subpath }: { subpath: string },
      entries: { uuid: string | null; entry: string }[],
    ) {
      if (left-- > 0) throw new Error('The store is away.');
      if (leaseEpoch !== this.epoch) return false;
      rows.push(...entries.map((entry) => ({ subpath, ...entry })));
      return true;
    },
    async load({ subpath }: { subpath: string }) {
      const found = rows.filter((row) => row.subpath === subpath);
      return found.length > 0 ? found.map(({ entry }) => entry) : null;
    },
    async listSubpaths() {
      return [...new Set(rows.map(({ subpath }) => subpath))];
    },
  };
}

const key = (subpath?: string) => ({
  projectKey: 'any',
  sessionId: 's',
  ...(subpath !== undefined && { subpath }),
});

describe('the mirror of a transcript', () => {
  it('answers at once, and writes behind in order, over failures of the store', async () => {
    const store = createFlakyStore(2);
    const mirror = new TranscriptMirror(store, log);
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    await mirror.append(key('subagents/agent-1'), [{ type: 'user', uuid: '2' }]);
    await mirror.append(key(), [{ type: 'mode' }]);
    expect(store.rows).toEqual([]);
    await mirror.flushed();
    expect(store.rows.map(({ subpath, uuid }) => [subpath, uuid])).toEqual([
      ['', '1'],
      ['subagents/agent-1', '2'],
      ['', null],
    ]);
  });

  it('gives back what was appended, in whichever directory the agent works', async () => {
    const mirror = new TranscriptMirror(createFlakyStore(0), log);
    const entries = [{ type: 'user', uuid: '1', deep: { a: [1] } }, { type: 'mode' }];
    await mirror.append(key(), entries);
    await mirror.append(key('subagents/agent-1'), [{ type: 'agent_metadata' }]);
    expect(await mirror.load({ ...key(), projectKey: 'another' })).toEqual(entries);
    expect(await mirror.listSubkeys({ sessionId: 's' })).toEqual(['subagents/agent-1']);
    expect(mirror.isMissing).toBe(false);
  });

  it('notices that a conversation is missing; a subagent’s may be', async () => {
    const mirror = new TranscriptMirror(createFlakyStore(0), log);
    expect(await mirror.load(key('subagents/agent-1'))).toBeNull();
    expect(mirror.isMissing).toBe(false);
    expect(await mirror.load(key())).toBeNull();
    expect(mirror.isMissing).toBe(true);
  });

  it('writes what a run appends under the lease of that run, and nothing any more once somebody else has claimed', async () => {
    const store = createFlakyStore(1);
    const mirror = new TranscriptMirror(store, log);
    mirror.beginLease(1);
    store.epoch = 1;
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    mirror.beginLease(2);
    await mirror.append(key(), [{ type: 'user', uuid: '2' }]);
    await until('the first is stored', () => store.rows.length === 1);
    await expect(mirror.flushed()).rejects.toThrow();

    // Also not when its node gets the session back: what it knows has a hole.
    store.epoch = 3;
    mirror.beginLease(3);
    await mirror.append(key(), [{ type: 'user', uuid: '3' }]);
    await expect(mirror.flushed()).rejects.toThrow();
    expect(store.rows.map(({ uuid }) => uuid)).toEqual(['1']);
  });

  it('tells when an entry is safe', async () => {
    const store = createFlakyStore(1);
    const mirror = new TranscriptMirror(store, log);
    const stored = mirror.stored('2').then(() => store.rows.length);
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    await mirror.append(key(), [{ type: 'user', uuid: '2' }]);
    expect(await stored).toBe(2);
  });
});
