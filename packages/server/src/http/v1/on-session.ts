import {
  BudgetReached,
  CallNotWaiting,
  OutcomeOpen,
  SessionArchived,
  SessionLogFull,
  SessionNotFound,
  TranscriptRemoved,
} from '../../sessions/errors.ts';
import type { SessionView } from '../../store/store.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { Exchange } from '../route.ts';
import { invalid, notFound } from './errors.ts';
import { found, publicId, requireId } from './ids.ts';

/** Does something with the session that the client named, and puts what can go wrong into the client's words. */
export async function onSession<T>(id: string, work: (sessionId: string) => Promise<T>): Promise<T> {
  const sessionId = requireId('sesn', id);
  try {
    return await work(sessionId);
  } catch (error) {
    if (error instanceof SessionNotFound) throw notFound('Session', id);
    if (error instanceof SessionArchived) throw invalid('', `Session ${id} is archived.`);
    if (error instanceof TranscriptRemoved) {
      throw invalid(
        '',
        `The conversation of session ${id} was removed because it ended long ago. It can be read only.`,
      );
    }
    if (error instanceof SessionLogFull) {
      throw invalid(
        '',
        `Session ${id} has reached the maximum of events or bytes of this server. It can be read only.`,
      );
    }
    if (error instanceof BudgetReached) {
      throw invalid(
        '',
        'The session has reached its budget. Until it is raised, only user.tool_confirmation, user.tool_result, ' +
          'user.custom_tool_result and user.interrupt are accepted.',
      );
    }
    if (error instanceof OutcomeOpen) throw invalid('', 'Another outcome is still active: one at a time.');
    if (error instanceof CallNotWaiting) throw invalid('', explain(error));
    throw error;
  }
}

function explain({ callId, why }: CallNotWaiting): string {
  const id = publicId('sevt', callId);
  switch (why) {
    case 'unknown':
      return `There is no event ${id} of this session that waits for an answer.`;
    case 'answered':
      return `The call ${id} does not wait for an answer any more.`;
    case 'other_kind':
      return `The call ${id} is not answered with this type of event.`;
  }
}

/** The session as it is, or its 404. */
export async function requireView(id: string, sessionId: string, exchange: Exchange): Promise<SessionView> {
  return found('sesn', id, await exchange.context.sessions.find(DEFAULT_TENANT, sessionId));
}
