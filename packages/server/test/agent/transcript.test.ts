import { describe, expect, it } from 'vitest';
import { TranscriptMirror } from '#src/agent/transcript.ts';
import { createLog } from '#src/log.ts';
import { StoreUnavailableError } from '#src/store/store.ts';
import { whileAway } from '#src/store/while-away.ts';

const log = createLog({ level: 'silent', format: 'json' });
const unending = new AbortController().signal;

/** A store that fails the first `failures` appends and remembers the others. */
function createFlakyStore(failures: number) {
  const rows: { subpath: string; uuid: string | null; entry: string }[] = [];
  let left = failures;
  return {
    rows,
    append: (
      { subpath }: { subpath: string },
      entries: { uuid: string | null; entry: string }[],
      patience: AbortSignal,
    ) =>
      whileAway(async () => {
        if (left-- > 0) throw new StoreUnavailableError('The store is away.');
        rows.push(...entries.map((entry) => ({ subpath, ...entry })));
      }, patience),
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
    const mirror = new TranscriptMirror(store, log, unending);
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
    const mirror = new TranscriptMirror(createFlakyStore(0), log, unending);
    const entries = [{ type: 'user', uuid: '1', deep: { a: [1] } }, { type: 'mode' }];
    await mirror.append(key(), entries);
    await mirror.append(key('subagents/agent-1'), [{ type: 'agent_metadata' }]);
    expect(await mirror.load({ ...key(), projectKey: 'another' })).toEqual(entries);
    expect(await mirror.listSubkeys({ sessionId: 's' })).toEqual(['subagents/agent-1']);
    expect(mirror.isMissing).toBe(false);
  });

  it('notices that a conversation is missing; a subagent’s may be', async () => {
    const mirror = new TranscriptMirror(createFlakyStore(0), log, unending);
    expect(await mirror.load(key('subagents/agent-1'))).toBeNull();
    expect(mirror.isMissing).toBe(false);
    expect(await mirror.load(key())).toBeNull();
    expect(mirror.isMissing).toBe(true);
  });

  it('waits for a store that is away for as long as its run may be stored, and then says that it is not', async () => {
    const store = createFlakyStore(Infinity);
    const lease = new AbortController();
    const mirror = new TranscriptMirror(store, log, lease.signal);
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
    const mirror = new TranscriptMirror(store, log, unending);
    const stored = mirror.stored('2').then(() => store.rows.length);
    await mirror.append(key(), [{ type: 'user', uuid: '1' }]);
    await mirror.append(key(), [{ type: 'user', uuid: '2' }]);
    expect(await stored).toBe(2);
  });
});
