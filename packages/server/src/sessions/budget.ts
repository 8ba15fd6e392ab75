import type { AgentConfig } from '../domain/agent-config.ts';
import type { Budget } from '../domain/managed-session.ts';
import type { SessionRecord } from '../store/records.ts';
import { hasListPrice } from './cost.ts';
import { BudgetRefused } from './errors.ts';

/** What a session has cost so far, in whole cents as clients see it. */
export function toCents(usd: number | null): number {
  return Math.round((usd ?? 0) * 100);
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
  const cents = Number(budget.max_list_cost.amount);
  const used = Math.max(toCents(session.totalCostUsd), (session.totalCostUsd ?? 0) * 100);
  if (cents <= used) throw new BudgetRefused('budget_not_raised');
}
