import type { AgentConfig } from '../domain/agent-config.ts';
import type { Budget } from '../domain/managed-session.ts';
import type { SessionRecord } from '../store/records.ts';
import { hasListPrice } from './cost.ts';
import { BudgetRefused } from './errors.ts';

/** Whether a session has cost as much as it may. */
export function isSpent({ budget, totalCostUsd }: Pick<SessionRecord, 'budget' | 'totalCostUsd'>): boolean {
  return budget !== null && (totalCostUsd ?? 0) * 100 >= Number(budget.max_list_cost.amount);
}

/** A cap can be held only where it is known what things cost. Throws BudgetRefused. */
export function checkBudgetable({ model }: Pick<AgentConfig, 'model'>): void {
  if (!hasListPrice(model.id)) throw new BudgetRefused('model_not_budgetable');
}

/** Another budget for a session, or none from now on. Throws BudgetRefused. */
export function checkNewBudget(session: SessionRecord, budget: Budget | null): void {
  if (budget === null) return;
  if (session.budget === null) throw new BudgetRefused('budget_create_only');
  if (session.agent) checkBudgetable(session.agent);
  // As clients see it, in whole cents, or as it is.
  const cents = (session.totalCostUsd ?? 0) * 100;
  const used = Math.max(cents, Math.round(cents));
  if (Number(budget.max_list_cost.amount) <= used) throw new BudgetRefused('budget_not_raised');
}
