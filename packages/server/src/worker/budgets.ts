import type { SessionRecord } from '../store/records.ts';

/** What the sessions at work here may still cost. Asked before every request to the model, told after each. */
export class Budgets {
  readonly #remaining = new Map<string, number>();

  /** Until it is disposed of, the session may cost so much more, USD. One without an entry may cost anything. */
  limit(sessionId: string, remainingUsd: number): Disposable {
    this.#remaining.set(sessionId, remainingUsd);
    return { [Symbol.dispose]: () => void this.#remaining.delete(sessionId) };
  }

  mayCost(sessionId: string): boolean {
    return (this.#remaining.get(sessionId) ?? Infinity) > 0;
  }

  spent(sessionId: string, usd: number): void {
    const remaining = this.#remaining.get(sessionId);
    if (remaining !== undefined) this.#remaining.set(sessionId, remaining - usd);
  }
}

/** Until it is disposed of, the session may cost what is left of its budget, if it has one. */
export function limitBudget(
  budgets: Pick<Budgets, 'limit'>,
  { id, budget, totalCostUsd }: SessionRecord,
): Disposable | undefined {
  if (!budget) return undefined;
  return budgets.limit(id, Number(budget.max_list_cost.amount) / 100 - (totalCostUsd ?? 0));
}
