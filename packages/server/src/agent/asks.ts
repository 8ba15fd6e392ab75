import type { ApprovalDecision } from '../domain/approval.ts';
import type { AgentAsk } from './agent.ts';

interface Listener {
  asked(ask: AgentAsk): void;
  withdrawn(toolUseId: string): void;
}

/**
 * The calls of one process that wait for a person, and what was decided. A decision stays: on a resume the agent may
 * ask at either door, and twice, for a call that it was told about.
 */
export class Asks {
  readonly #listener: Listener;
  readonly #decisions = new Map<string, ApprovalDecision>();
  readonly #open = new Map<string, { decided: Promise<void>; resolve: () => void }>();

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  decisionOf(toolUseId: string): ApprovalDecision | undefined {
    return this.#decisions.get(toolUseId);
  }

  /** The first one counts. */
  answer(toolUseId: string, decision: ApprovalDecision): void {
    if (!this.#decisions.has(toolUseId)) this.#decisions.set(toolUseId, decision);
    this.#open.get(toolUseId)?.resolve();
  }

  /** Resolves with the decision; with undefined when the agent gives the call up (`signal` aborts). */
  async ask(ask: AgentAsk, signal: AbortSignal): Promise<ApprovalDecision | undefined> {
    const { toolUseId } = ask;
    let open = this.#open.get(toolUseId);
    if (!open) {
      open = createSignal();
      this.#open.set(toolUseId, open);
      this.#listener.asked(ask);
    }
    const withdraw = (): void => open.resolve();
    signal.addEventListener('abort', withdraw, { once: true });
    if (signal.aborted) withdraw();
    await open.decided;
    signal.removeEventListener('abort', withdraw);
    const decision = this.#decisions.get(toolUseId);
    // The first of those that asked for it tells.
    if (this.#open.delete(toolUseId) && !decision) this.#listener.withdrawn(toolUseId);
    return decision;
  }
}

function createSignal(): { decided: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const decided = new Promise<void>((settle) => (resolve = settle));
  return { decided, resolve };
}
