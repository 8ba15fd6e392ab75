import { isRecord, textOf, toBlocks, toRecord, toText, type WireEvent } from './session-events.ts';
import type { Todo } from './session-items.ts';

const NONE: readonly Todo[] = [];

/**
 * The list that the agent keeps for itself. It makes and changes entries one by one (TaskCreate, TaskUpdate), which
 * counts when the tool has answered; older agents write all of it anew (TodoWrite).
 */
export class Todos {
  readonly #calls = new Map<string, { name: string; input: Record<string, unknown> }>();
  readonly #byId = new Map<string, Todo>();
  #published: readonly Todo[] = NONE;

  get all(): readonly Todo[] {
    return this.#published;
  }

  /** What the entry is called that a call is about. */
  subjectOf({ name, input }: WireEvent): string | undefined {
    if (name !== 'TaskUpdate' && name !== 'TaskGet') return undefined;
    return this.#byId.get(toText(toRecord(input)['taskId']))?.content;
  }

  called(event: WireEvent): void {
    const name = toText(event['name']);
    const input = toRecord(event['input']);
    if (name === 'TodoWrite') this.#published = toTodos(input) ?? this.#published;
    if (name === 'TaskCreate' || name === 'TaskUpdate') this.#calls.set(event.id, { name, input });
  }

  answered(event: WireEvent): void {
    const callId = toText(event['tool_use_id']);
    const call = this.#calls.get(callId);
    if (!call) return;
    this.#calls.delete(callId);
    if (event['is_error'] === true) return;
    if (call.name === 'TaskCreate') this.#create(call.input, textOf(toBlocks(event['content'])));
    else this.#update(call.input);
    this.#published = [...this.#byId.values()];
  }

  #create({ subject, activeForm }: Record<string, unknown>, answer: string): void {
    const id = /#(\w+)/.exec(answer)?.[1];
    if (id === undefined) return;
    this.#byId.set(id, {
      content: toText(subject),
      status: 'pending',
      ...(typeof activeForm === 'string' && { activeForm }),
    });
  }

  #update({ taskId, subject, status, activeForm }: Record<string, unknown>): void {
    const id = toText(taskId);
    const todo = this.#byId.get(id);
    if (!todo) return;
    if (status === 'deleted') this.#byId.delete(id);
    else {
      this.#byId.set(id, {
        ...todo,
        ...(typeof subject === 'string' && { content: subject }),
        ...(typeof activeForm === 'string' && { activeForm }),
        ...(status !== undefined && { status: toStatus(status) }),
      });
    }
  }
}

/** The input of TodoWrite as a list. */
export function toTodos({ todos }: Record<string, unknown>): Todo[] | undefined {
  if (!Array.isArray(todos)) return undefined;
  return todos.filter(isRecord).map(({ content, status, activeForm }) => ({
    content: toText(content),
    status: toStatus(status),
    ...(typeof activeForm === 'string' && { activeForm }),
  }));
}

export function toStatus(status: unknown): Todo['status'] {
  return status === 'completed' || status === 'in_progress' ? status : 'pending';
}
