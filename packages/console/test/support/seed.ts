import { systemClock } from '../../../server/dist/lib/clock.js';
import { createId } from '../../../server/dist/lib/ids.js';
import { createLog } from '../../../server/dist/log.js';
import { PRIMARY_THREAD, type EventBody } from '../../../server/dist/domain/event.js';
import { openStore } from '../../../server/dist/store/open.js';
import { DEFAULT_TENANT, UNMANAGED } from '../../../server/dist/store/records.js';

const AT_ONCE = 500;

/**
 * Fills a data directory, through the store's own interface and while no server has it, with finished sessions named
 * `Task 1` and so on. Gives their ids; the first has `messages` messages, the others two.
 */
export async function seedSessions(dataDir: string, count: number, messages = 2): Promise<string[]> {
  await using store = await openStore({
    dataDir,
    clock: systemClock,
    log: createLog({ level: 'silent', format: 'json' }),
  });
  const seed = async (index: number): Promise<string> => {
    const createdAt = systemClock.now() - (count - index) * 1000;
    const [id, runId] = [createId(createdAt), createId(createdAt)];
    const result = {
      subtype: 'success',
      isError: false,
      agentSessionId: id,
      durationMs: 1000,
      durationApiMs: 900,
      numTurns: 1,
      totalCostUsd: 0.01,
      result: 'Done.',
      usage: { input_tokens: 100, output_tokens: 50 },
      modelUsage: {},
    };
    const times = { createdAt, endedAt: createdAt };
    await store.createSession(DEFAULT_TENANT, {
      wakeAt: null,
      session: {
        ...times,
        tenantId: DEFAULT_TENANT,
        id,
        origin: 'execute',
        state: 'completed',
        title: `Task ${index + 1}`,
        metadata: null,
        workspace: { kind: 'own', ref: `${dataDir}/sessions/${id}/workspace` },
        homeNode: null,
        agentSessionId: id,
        totalCostUsd: 0.01,
        grants: [],
        updatedAt: createdAt,
        ...UNMANAGED,
      },
      run: {
        ...times,
        id: runId,
        sessionId: id,
        ordinal: 0,
        state: 'completed',
        prompt: `Do ${index + 1}`,
        options: {},
        failure: null,
        result,
        modelUsage: {},
        costUsd: 0.01,
        startedAt: createdAt,
        attempts: 0,
        firstSeq: null,
      },
    });
    const bodies: EventBody[] = [
      { type: 'user.message', runId, content: `Do ${index + 1}` },
      ...Array.from({ length: index === 0 ? messages - 1 : 1 }, (_, at): EventBody => ({
        type: 'agent.message',
        messageId: `msg_${at + 1}`,
        model: 'claude-sonnet-5-5',
        parentToolUseId: null,
        text: `Step ${at + 1}: **done**, see \`file${at + 1}.ts\`.`,
      })),
      { type: 'run.result', runId, result },
    ];
    for (let from = 0; from < bodies.length; from += AT_ONCE) {
      await store.commit(DEFAULT_TENANT, id, {
        events: bodies
          .slice(from, from + AT_ONCE)
          .map((body) => ({ id: createId(createdAt), threadId: PRIMARY_THREAD, createdAt, body })),
      });
    }
    return id;
  };
  const ids: string[] = [];
  for (let done = 0; done < count; done += AT_ONCE) {
    const batch = Math.min(AT_ONCE, count - done);
    ids.push(...(await Promise.all(Array.from({ length: batch }, (_, index) => seed(done + index)))));
  }
  return ids;
}
