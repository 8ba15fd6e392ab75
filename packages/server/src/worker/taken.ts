import type { Content } from '../domain/content.ts';
import type { NewEvent } from '../domain/event.ts';
import type { OutcomeDefinedEvent } from '../domain/managed-events.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';

/** What a message of a client says. `outcome`: that this is to be reached. */
export interface TakenContent {
  content: Content;
  outcome?: OutcomeDefinedEvent['outcome'] | undefined;
}

/** A message as the event that it becomes when the agent takes it. */
export function toTakenEvent(taken: TakenContent & { id: string; runId: string }, now: number): NewEvent {
  return toPromptEvent(taken, now);
}
