import type { AgentResult, ModelUsage } from '../domain/event.ts';
import type { RunRecord } from '../store/records.ts';
import type { Commit } from '../store/store.ts';
import { totalCost } from './finish.ts';

type CostPart = Required<Pick<Commit, 'session' | 'updateRun'>>;

/** What a run has used: the sum of its results, those before a cut too. */
export class RunUsage {
  readonly #run: RunRecord;
  readonly #sessionCostUsd: number | null;
  #modelUsage: Record<string, ModelUsage>;
  #spentUsd = 0;

  /** `sessionCostUsd`: of the session so far, this run included. */
  constructor(run: RunRecord, sessionCostUsd: number | null) {
    this.#run = run;
    this.#sessionCostUsd = sessionCostUsd;
    this.#modelUsage = run.modelUsage ?? {};
  }

  /** A request to the model has been answered, and cost so much: the result that counts it comes later. */
  spent(usd: number): Pick<Commit, 'session' | 'updateRun'> {
    this.#spentUsd += usd;
    return this.#settle({});
  }

  /** The part of a commit that goes with this result. */
  add(result: AgentResult): CostPart {
    const { session, updateRun } = this.addBeside(result);
    return { session, updateRun: { ...updateRun, result } };
  }

  /** The same for a result of another agent, which worked for this run: it is not the run's own. */
  addBeside({ modelUsage }: Pick<AgentResult, 'modelUsage'>): CostPart {
    this.#modelUsage = addUsage(this.#modelUsage, modelUsage);
    return this.#settle({ modelUsage: this.#modelUsage });
  }

  #settle(run: Partial<RunRecord>): CostPart {
    const counted = Object.values(this.#modelUsage).reduce((sum, usage) => sum + usage.costUsd, 0);
    // What was metered of a process that was killed is not among what its successor counts.
    const costUsd = Math.max(counted, (this.#run.costUsd ?? 0) + this.#spentUsd);
    return {
      session: totalCost(this.#sessionCostUsd, this.#run.costUsd, costUsd),
      updateRun: { id: this.#run.id, ...run, costUsd },
    };
  }
}

/** Tokens and cost of both, model by model. */
function addUsage(
  sum: Record<string, ModelUsage>,
  more: Record<string, ModelUsage>,
): Record<string, ModelUsage> {
  const total = { ...sum };
  for (const [model, usage] of Object.entries(more)) {
    const before = total[model];
    total[model] = before
      ? {
          inputTokens: before.inputTokens + usage.inputTokens,
          outputTokens: before.outputTokens + usage.outputTokens,
          cacheReadInputTokens: before.cacheReadInputTokens + usage.cacheReadInputTokens,
          cacheCreationInputTokens: before.cacheCreationInputTokens + usage.cacheCreationInputTokens,
          costUsd: before.costUsd + usage.costUsd,
        }
      : usage;
  }
  return total;
}
