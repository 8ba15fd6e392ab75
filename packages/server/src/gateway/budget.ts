import type { Carried, Errand } from './carry.ts';

/**
 * Holds a request of a session that may not cost more, until its agent leaves or is killed: the run stops exactly
 * here, and can go on from here when the budget has been raised.
 */
export function holdForBudget({ pass, request, response }: Errand): Carried {
  const passing = new Promise<void>((resolve) => response.once('close', resolve));
  // Its body is read and dropped, so that the agent has sent all of it.
  request.resume();
  pass.noteBudgetReached();
  return { passing, recorded: passing, abort: () => void response.destroy() };
}
