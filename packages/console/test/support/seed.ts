import { createFailure } from '../../../server/dist/domain/failure.js';
import { PRIMARY_THREAD, type NewEvent } from '../../../server/dist/domain/event.js';
import { systemClock } from '../../../server/dist/lib/clock.js';
import { createId } from '../../../server/dist/lib/ids.js';
import { createLog } from '../../../server/dist/log.js';
import { openStore } from '../../../server/dist/store/open.js';
import { DEFAULT_TENANT, UNMANAGED } from '../../../server/dist/store/records.js';
import type { SessionCreation } from '../../../server/dist/store/store.js';

/** A session as it is to be found: no agent has ever worked on it. */
export interface Seed {
  title: string;
  /** `queued`: no worker takes it before the test is over. */
  state: 'completed' | 'failed' | 'queued';
  metadata?: Record<string, string>;
  /** The name of its agent. */
  agent?: string;
  costUsd?: number;
  /** Its log. Default: empty. */
  events?: readonly NewEvent[];
}

const AT_ONCE = 500;
const DAY_MS = 86_400_000;

/**
 * Fills a data directory with sessions, through the store's own interface and while no server has it: thousands in a
 * second or two. They are a second apart, the first is the oldest. Resolves with their ids.
 */
export async function seedSessions(dataDir: string, seeds: readonly Seed[]): Promise<string[]> {
  const log = createLog({ level: 'silent', format: 'json' });
  await using store = await openStore({ dataDir, clock: systemClock, log });
  const now = systemClock.now();
  const ids: string[] = [];
  for (const batch of batches(seeds)) {
    const first = now - (seeds.length - ids.length) * 1000;
    const creations = batch.map((seed, index) => toCreation(seed, dataDir, first + index * 1000));
    await Promise.all(creations.map((creation) => store.createSession(DEFAULT_TENANT, creation)));
    ids.push(...creations.map(({ session }) => session.id));
  }
  for (const [index, { events = [] }] of seeds.entries()) {
    for (const batch of batches(events)) {
      await store.commit(DEFAULT_TENANT, ids[index] ?? '', { events: batch });
    }
  }
  return ids;
}

/** The log of a session whose agent called the model, said something and ran a command so often. One command failed. */
export function longLog(turns: number, failedTurn: number): NewEvent[] {
  let at = systemClock.now() - turns * 2000;
  const runId = createId(at);
  const events: NewEvent[] = [];
  const add = (body: NewEvent['body']): string => {
    const id = createId(at);
    events.push({ id, threadId: PRIMARY_THREAD, createdAt: at, body });
    at += 400;
    return id;
  };
  add({ type: 'user.message', runId, content: 'Do all of it.' });
  for (let turn = 1; turn <= turns; turn++) {
    const from = { messageId: `msg_${turn}`, model: 'claude-sonnet-5-5', parentToolUseId: null };
    const toolUseId = `toolu_${turn}`;
    const isError = turn === failedTurn;
    const startedEventId = add({ type: 'model.request_started', runId });
    add({ type: 'agent.message', ...from, text: sentencesOf(turn) });
    const input = { command: `step ${turn}`, description: `Run step ${turn}` };
    const eventId = add({ type: 'agent.tool_use', ...from, toolUseId, name: 'Bash', input });
    const usage = {
      inputTokens: 100,
      outputTokens: 50,
      cacheReadInputTokens: 0,
      cacheCreation5mInputTokens: 0,
      cacheCreation1hInputTokens: 0,
    };
    add({ type: 'model.request_ended', runId, startedEventId, isError: false, usage, costUsd: 0.01 });
    add({
      type: 'agent.tool_result',
      parentToolUseId: null,
      toolUseId,
      content: isError ? 'Exit code 1\nIt broke.' : `Output of ${turn}`,
      isError,
      uuid: null,
      call: { eventId, name: 'Bash' },
    });
  }
  return events;
}

/** Of another height each: nobody can know before it is drawn how high it will be. */
function sentencesOf(turn: number): string {
  const list = Array.from({ length: turn % 7 }, (_, index) => `- point ${index + 1} of it`).join('\n');
  return `Step ${turn}: **done**, see \`file${turn}.ts\`.\n\n${list}`;
}

function toCreation(seed: Seed, dataDir: string, createdAt: number): SessionCreation {
  const { title, state, metadata = null, agent, costUsd = 0 } = seed;
  const [id, runId] = [createId(createdAt), createId(createdAt)];
  const endedAt = state === 'queued' ? null : createdAt;
  return {
    wakeAt: state === 'queued' ? systemClock.now() + DAY_MS : null,
    session: {
      ...UNMANAGED,
      tenantId: DEFAULT_TENANT,
      id,
      origin: 'execute',
      state,
      title,
      metadata,
      workspace: { kind: 'own', ref: `${dataDir}/sessions/${id}/workspace` },
      homeNode: null,
      agentSessionId: state === 'queued' ? null : id,
      totalCostUsd: costUsd,
      grants: [],
      createdAt,
      updatedAt: createdAt,
      endedAt,
      ...(agent !== undefined && {
        agentId: createId(createdAt),
        agentVersion: 1,
        agent: {
          name: agent,
          description: null,
          model: { id: 'claude-opus-5-5', speed: 'standard' },
          system: null,
          tools: [],
          mcp_servers: [],
        },
      }),
    },
    run: {
      id: runId,
      sessionId: id,
      ordinal: 0,
      state,
      prompt: `Do the work of ${title}`,
      options: {},
      failure: state === 'failed' ? createFailure('billing') : null,
      result: null,
      modelUsage: null,
      costUsd,
      createdAt,
      startedAt: endedAt,
      endedAt,
      attempts: 0,
      firstSeq: null,
    },
  };
}

function batches<One>(all: readonly One[]): One[][] {
  const count = Math.ceil(all.length / AT_ONCE);
  return Array.from({ length: count }, (_, index) => all.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}
