import type { Content } from '../domain/content.ts';
import type { NewEvent } from '../domain/event.ts';
import { toPromptEvent } from '../sessions/prompt-event.ts';

/** What a message of a client says. */
export interface TakenContent {
  content: Content;
}

/** A message as the event that it becomes when the agent takes it. */
export function toTakenEvent(
  { id, runId, content }: TakenContent & { id: string; runId: string },
  now: number,
): NewEvent {
  return toPromptEvent({ id, runId, content }, now);
}
