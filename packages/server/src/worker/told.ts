import type { TakenMessage } from '../agent/cut-turn.ts';
import type { Content } from '../domain/content.ts';
import type { EventBody, StoredEvent } from '../domain/event.ts';
import { describeTask, findFeedback } from './outcome-words.ts';

/** What the agent was told in a run, by its events in order: what a client said, and what a grader did. The first is the prompt. */
export function findTold(log: readonly StoredEvent[], runId: string): TakenMessage[] {
  return log.flatMap(({ id, body }) => {
    const content = contentOf(body, runId);
    return content === undefined ? [] : [{ id, content }];
  });
}

function contentOf(body: EventBody, runId: string): Content | undefined {
  if (body.type === 'user.message') return body.runId === runId ? body.content : undefined;
  if (body.type === 'outcome.defined') return body.runId === runId ? describeTask(body.outcome) : undefined;
  return findFeedback(body);
}
