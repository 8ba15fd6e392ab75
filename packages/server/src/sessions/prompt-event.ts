import type { Content } from '../domain/content.ts';
import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';
import type { OutcomeDefinedEvent } from '../domain/managed-events.ts';

interface Prompt {
  id: string;
  runId: string;
  content?: Content | undefined;
  /** Set: it says what is to be reached. */
  outcome?: OutcomeDefinedEvent['outcome'] | undefined;
}

/** What a client said as the event that it becomes, under its own id, when it leaves the inputs. */
export function toPromptEvent({ id, runId, content = '', outcome }: Prompt, now: number): NewEvent {
  const body = outcome
    ? { type: 'outcome.defined' as const, runId, outcome }
    : { type: 'user.message' as const, runId, content };
  return { id, threadId: PRIMARY_THREAD, createdAt: now, body };
}
