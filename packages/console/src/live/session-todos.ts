import { isRecord, toRecord, toText, type WireEvent } from './session-events.ts';
import type { Todo } from './session-items.ts';

/** The list that the agent writes for itself; undefined: the call is about something else. */
export function readTodos(event: WireEvent): Todo[] | undefined {
  return event['name'] === 'TodoWrite' ? toTodos(toRecord(event['input'])) : undefined;
}

/** The input of TodoWrite as a list. */
export function toTodos({ todos }: Record<string, unknown>): Todo[] | undefined {
  if (!Array.isArray(todos)) return undefined;
  return todos.filter(isRecord).map(({ content, status, activeForm }) => ({
    content: toText(content),
    status: status === 'completed' || status === 'in_progress' ? status : 'pending',
    ...(typeof activeForm === 'string' && { activeForm }),
  }));
}
