import type { AgentProcess, AgentPrompt } from '../agent/agent.ts';
import type { Content } from '../domain/content.ts';
import type { InputRecord } from '../store/records.ts';
import { describeTask } from './outcome-words.ts';
import type { TakenContent } from './taken.ts';

/** What the agent is given: a message of a client, or a word of the server's own. */
export type TurnMessage = Pick<AgentPrompt, 'inputId' | 'content' | 'isNudge'>;

/** What a run that goes on knows of its messages. */
interface Recovered {
  promptId: string;
  /** Messages that are in the log already. */
  takenIds: readonly string[];
  /** Of those, what the agent has not recorded: it is told again. */
  resend: readonly TurnMessage[];
}

/**
 * The messages of a run. One that comes while the agent works goes to it at once: it takes it before its next request to
 * the model. One that it could not take any more begins its next round. Each goes into the log when it is taken.
 */
export class TurnMessages {
  readonly agentSessionId: string;
  readonly #waiting = new Map<string, InputRecord['payload']>();
  readonly #known = new Set<string>();
  #resend: readonly TurnMessage[] = [];
  #firstId = '';

  /** `agentSessionId`: of the conversation in which they are. */
  constructor(inputs: readonly InputRecord[], agentSessionId: string) {
    this.agentSessionId = agentSessionId;
    this.heard(inputs, undefined);
  }

  /** The message with which the agent was set to work last. */
  get firstId(): string {
    return this.#firstId;
  }

  /** What a client has sent; goes to the agent if it is at work. Those that are known already are no news. */
  heard(inputs: readonly InputRecord[], process: AgentProcess | undefined): void {
    for (const { id, kind, payload } of inputs) {
      if (kind !== 'message' || this.#known.has(id)) continue;
      this.#known.add(id);
      this.#waiting.set(id, payload);
      process?.push({ inputId: id, content: contentOf(payload) });
    }
  }

  recover({ promptId, takenIds, resend }: Recovered): void {
    this.#firstId = promptId;
    this.#resend = resend;
    for (const id of takenIds) {
      this.#known.add(id);
      this.#waiting.delete(id);
    }
  }

  /** Gives the agent, which has just been set to work, all that waits but the message with which it was. */
  pushAll(process: AgentProcess): void {
    for (const message of this.#resend) process.push(message);
    this.#resend = [];
    for (const [inputId, payload] of this.#waiting) {
      if (inputId !== this.#firstId) process.push({ inputId, content: contentOf(payload) });
    }
  }

  /** The next that the agent has not taken; undefined: there is none. */
  next(): TurnMessage | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const [inputId, payload] = first;
    this.#firstId = inputId;
    return { inputId, content: contentOf(payload) };
  }

  /** What a message says that is taken now; undefined: it was taken before, or is none of the client's. */
  take(inputId: string): TakenContent | undefined {
    const payload = this.#waiting.get(inputId);
    this.#waiting.delete(inputId);
    return payload && { content: payload.content ?? '', outcome: payload.outcome };
  }
}

/** What an input says to the agent. */
export function contentOf({
  content = '',
  outcome,
}: Pick<InputRecord['payload'], 'content' | 'outcome'>): Content {
  return outcome ? describeTask(outcome) : content;
}
