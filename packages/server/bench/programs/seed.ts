import { systemClock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import { PRIMARY_THREAD, type EventBody } from '#src/domain/event.ts';
import { openStore } from '#src/store/open.ts';
import { DEFAULT_TENANT, UNMANAGED } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';

// Fills the store of a data directory with finished sessions, each with one run and three messages, through the
// store's own interface. Arguments: the data directory, how many.

const AT_ONCE = 500;
const [dataDir = '', count = '0'] = process.argv.slice(2);

await using store = await openStore({
  dataDir,
  clock: systemClock,
  log: createLog({ level: 'silent', format: 'json' }),
});
for (let done = 0; done < Number(count); done += AT_ONCE) {
  const batch = Math.min(AT_ONCE, Number(count) - done);
  await Promise.all(Array.from({ length: batch }, () => seedSession(store)));
}

async function seedSession({
  createSession,
  commit,
}: Pick<Store, 'createSession' | 'commit'>): Promise<void> {
  const now = systemClock.now();
  const [id, runId] = [createId(now), createId(now)];
  const times = { createdAt: now, endedAt: now };
  const modelUsage = {};
  const result = {
    subtype: 'success',
    isError: false,
    agentSessionId: id,
    durationMs: 1000,
    durationApiMs: 900,
    numTurns: 1,
    totalCostUsd: 0.01,
    result: 'A haiku about the sea is in sea.txt.',
    usage: { input_tokens: 100, output_tokens: 50 },
    modelUsage,
  };
  await createSession(DEFAULT_TENANT, {
    wakeAt: null,
    session: {
      ...times,
      tenantId: DEFAULT_TENANT,
      id,
      origin: 'execute',
      state: 'completed',
      title: null,
      metadata: null,
      workspace: { kind: 'own', ref: `${dataDir}/sessions/${id}/workspace` },
      homeNode: null,
      agentSessionId: id,
      totalCostUsd: 0.01,
      grants: [],
      updatedAt: now,
      ...UNMANAGED,
    },
    run: {
      ...times,
      id: runId,
      sessionId: id,
      ordinal: 0,
      state: 'completed',
      prompt: 'Write a haiku about the sea into sea.txt',
      options: {},
      failure: null,
      result,
      modelUsage,
      costUsd: 0.01,
      startedAt: now,
      attempts: 0,
      firstSeq: null,
    },
  });
  const bodies: EventBody[] = [
    { type: 'user.message', runId, content: 'Write a haiku about the sea into sea.txt' },
    {
      type: 'agent.message',
      messageId: 'msg_1',
      model: 'claude-sonnet-5-5',
      parentToolUseId: null,
      text: 'A haiku about the sea is in sea.txt.',
    },
    { type: 'run.result', runId, result },
  ];
  await commit(DEFAULT_TENANT, id, {
    events: bodies.map((body) => ({ id: createId(now), threadId: PRIMARY_THREAD, createdAt: now, body })),
  });
}
