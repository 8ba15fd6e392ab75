import { describe, expect, it } from 'vitest';
import type { RunLease } from '#src/agent/agent.ts';
import { TranscriptMirror } from '#src/agent/transcript.ts';
import { createLog } from '#src/log.ts';
import { StoreUnavailableError } from '#src/store/store.ts';
import { whileAway } from '#src/store/while-away.ts';
import { until } from '../support/until.ts';

const log = createLog({ level: 'silent', format: 'json' });
const unending = new AbortController().signal;
const NO_LEASE = { epoch: 0, ended: unending };

/** A store that fails the first `failures` appends and remembers the others. */
function createFlakyStore(failures: number) {
  const rows: { subpath: string; uuid: string | null; entry: string }[] = [];
  let left = failures;
  return {
    rows,
    /** From this lease on; what comes under an earlier one is refused. */
    epoch: 0,
    append(
      lease: RunLease,
      { subpath }: { subpath: string },
      entries: { uuid: string | null; entry: string }[],
    ) {
      return whileAway(async () => {
        if (left-- > 0) throw new StoreUnavailableError('The store is away.');
        if (lease.epoch !== this.epoch) return false;
        rows.push(...entries.map((entry) => ({ subpath, ...entry })));
        return true;
      }, lease.ended);
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
    const mirror = new TranscriptMirror(store, log, NO_LEASE);
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
    const mirror = new TranscriptMirror(createFlakyStore(0), log, NO_LEASE);
    const entries = [{ type: 'user', uuid: '1', deep: { a: [1] } }, { type: 'mode' }];
    await mirror.append(key(), entries);
    await mirror.append(key('subagents/agent-1'), [{ type: 'agent_metadata' }]);
    expect(await mirror.load({ ...key(), projectKey: 'another' })).toEqual(entries);
    expect(await mirror.listSubkeys({ sessionId: 's' })).toEqual(['subagents/agent-1']);
    expect(mirror.isMissing).toBe(false);
  });

  it('notices that a conversation is missing; a subagent’s may be', async () => {
    const mirror = new TranscriptMirror(createFlakyStore(0), log, NO_LEASE);
    expect(await mirror.load(key('subagents/agent-1'))).toBeNull();
    expect(mirror.isMissing).toBe(false);
    expect(await mirror.load(key())).toBeNull();
    expect(mirror.isMissing).toBe(true);
  });

  it('writes what a run appends under the lease of that run, and nothing any more once somebody else has claimed', async () => {
    const store = createFlakyStore(1);
    const mirror = new TranscriptMirror(store, log, { epoch: 1, ended: unending });
    store.epoch = 1;
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    mirror.lease = { epoch: 2, ended: unending };
    await mirror.append(key(), [{ type: 'user', uuid: '2' }]);
    await until('the first is stored', () => store.rows.length === 1);
    await expect(mirror.flushed()).rejects.toThrow();

    // Also not when its node gets the session back: what it knows has a hole.
    store.epoch = 3;
    mirror.lease = { epoch: 3, ended: unending };
    await mirror.append(key(), [{ type: 'user', uuid: '3' }]);
    await expect(mirror.flushed()).rejects.toThrow();
    expect(store.rows.map(({ uuid }) => uuid)).toEqual(['1']);
  });

  it('waits for a store that is away for as long as its run may be stored, and then says that it is not', async () => {
    const store = createFlakyStore(Infinity);
    const lease = new AbortController();
    const mirror = new TranscriptMirror(store, log, { epoch: 0, ended: lease.signal });
    let isStored = false;
    void mirror.stored('1').then(() => (isStored = true));
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    const flushed = mirror.flushed();
    expect(mirror.isBroken).toBe(false);
    lease.abort();
    await expect(flushed).rejects.toBeInstanceOf(StoreUnavailableError);
    expect({ isStored, isBroken: mirror.isBroken }).toEqual({ isStored: false, isBroken: true });
  });

  it('tells when an entry is safe', async () => {
    const store = createFlakyStore(1);
    const mirror = new TranscriptMirror(store, log, NO_LEASE);
    const stored = mirror.stored('2').then(() => store.rows.length);
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    await mirror.append(key(), [{ type: 'user', uuid: '2' }]);
    expect(await stored).toBe(2);
  });
});
