import {
  BudgetRefused,
  SessionArchived,
  SessionBusy,
  SessionHasNoAgent,
  SessionMetadataFault,
  SessionNotFound,
  WorkerDidNotAnswer,
  type BudgetFault,
} from '../../sessions/errors.ts';
import { invalid, notFound, V1Error } from './errors.ts';
import { requireId } from './ids.ts';
import { projectStatus } from './project-session.ts';

const BUDGET_FAULTS: Record<BudgetFault, string> = {
  budget_create_only:
    'A budget can only be set when the session is created, and one that was removed stays removed',
  budget_not_raised: 'The session has cost this much already: a budget must be higher than that',
  model_not_budgetable:
    'The list price of the model of this agent is not known here, so no budget can be held',
};

/** What a session that is at work is not done with, in the words that the hosted API is known to use. */
type Words = (id: string, status: string) => string;

const BUSY = {
  archive: (id, status) =>
    `Session ${id} cannot be archived while its status is "${status}". Only pending or idle sessions may be archived.`,
  delete: () =>
    'Cannot delete session while it is running. Send an interrupt event or wait for the session to complete.',
  update: () =>
    'agent: Cannot be changed while the session is running. Send an interrupt event or wait until it is idle.',
} satisfies Record<string, Words>;

/** Does something with the session that the client wrote as `id`, and puts what can go wrong into the client's words. */
export async function onSession<T>(
  id: string,
  action: keyof typeof BUSY,
  work: (sessionId: string) => Promise<T>,
): Promise<T> {
  try {
    return await withBudgetErrors(() => work(requireId('sesn', id)));
  } catch (error) {
    if (error instanceof SessionNotFound) throw notFound('Session', id);
    if (error instanceof SessionBusy) {
      throw invalid('', BUSY[action](id, projectStatus({ state: error.state, archivedAt: null })));
    }
    if (error instanceof SessionArchived) throw invalid('', 'Cannot modify archived session');
    if (error instanceof SessionHasNoAgent) {
      throw invalid(
        'agent',
        'This session was started by POST /execute/, whose requests say what its agent is',
      );
    }
    if (error instanceof SessionMetadataFault) throw invalid('metadata', error.message);
    if (error instanceof WorkerDidNotAnswer) {
      throw new V1Error(
        'overloaded_error',
        'The work of this session was not seen to end in time. Try again.',
        {
          status: 503,
          headers: { 'retry-after': '1' },
        },
      );
    }
    throw error;
  }
}

/** The same for what a budget can be refused for, which is all that is wrong with a new session. */
export async function withBudgetErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BudgetRefused)) throw error;
    throw invalid('budget', BUDGET_FAULTS[error.code], { code: error.code });
  }
}
