import {
  BudgetRefused,
  SessionBusy,
  SessionElsewhere,
  SessionHasNoAgent,
  SessionMetadataFault,
  WorkerDidNotAnswer,
  type BudgetFault,
} from '../../sessions/errors.ts';
import { invalid, V1Error } from './errors.ts';
import { onSession } from './on-session.ts';
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
  fork: (id, status) =>
    status === 'idle'
      ? `Session ${id} cannot be forked while it waits for its client. Answer its calls, or interrupt it.`
      : `Session ${id} cannot be forked while its status is "${status}".`,
} satisfies Record<string, Words>;

/** As onSession, for what makes a session another one. */
export async function onSessionChange<T>(
  id: string,
  action: keyof typeof BUSY,
  work: (sessionId: string) => Promise<T>,
): Promise<T> {
  try {
    return await onSession(id, (sessionId) => withBudgetErrors(() => work(sessionId)));
  } catch (error) {
    if (error instanceof SessionBusy) {
      throw invalid('', BUSY[action](id, projectStatus({ state: error.state, archivedAt: null })));
    }
    if (error instanceof SessionElsewhere) {
      throw new V1Error(
        'api_error',
        'The files of the session are on another server of this database. Ask that one.',
        { status: 503, headers: { 'retry-after': '1' } },
      );
    }
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
