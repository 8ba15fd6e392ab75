import type { NewEvent } from '../domain/event.ts';
import type { InputRecord } from '../store/records.ts';

/** A prompt as the event that it becomes, under its own id, when it leaves the inputs. */
export function toPromptEvent({ id, threadId, payload }: InputRecord, now: number): NewEvent {
  const { runId, content = '' } = payload;
  return { id, threadId, createdAt: now, body: { type: 'user.message', runId, content } };
}
