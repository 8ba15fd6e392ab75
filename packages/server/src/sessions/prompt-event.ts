import type { Content } from '../domain/content.ts';
import { PRIMARY_THREAD, type NewEvent } from '../domain/event.ts';

/** A prompt as the event that it becomes, under its own id, when it leaves the inputs. */
export function toPromptEvent(
  { id, runId, content }: { id: string; runId: string; content: Content },
  now: number,
): NewEvent {
  return { id, threadId: PRIMARY_THREAD, createdAt: now, body: { type: 'user.message', runId, content } };
}
