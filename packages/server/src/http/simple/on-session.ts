import { parseId } from '../../lib/ids.ts';
import {
  DifferentCwd,
  SessionArchived,
  SessionBusy,
  SessionLogFull,
  SessionNotFound,
  SessionNotResumable,
  SessionNotRunning,
  TranscriptRemoved,
  WorkerDidNotAnswer,
} from '../../sessions/errors.ts';
import { ApiError } from '../errors.ts';
import { projectState } from './project.ts';

/**
 * Does something with the session that the client wrote as `id`, and puts what can go wrong into the client's words.
 * Any string may be an id: what is none is the same 404 as what is unknown.
 */
export async function onSession<T>(id: string, work: (sessionId: string) => Promise<T>): Promise<T> {
  const sessionId = parseId('sesn', id);
  if (sessionId === undefined) throw new ApiError('session_not_found', { id });
  try {
    return await work(sessionId);
  } catch (error) {
    if (error instanceof SessionNotFound) throw new ApiError('session_not_found', { id });
    if (error instanceof SessionBusy) throw new ApiError('delete_running', { id });
    if (error instanceof SessionNotRunning) {
      throw new ApiError('not_running', { id, status: projectState(error.state) });
    }
    if (error instanceof WorkerDidNotAnswer) throw new ApiError('cancel_unconfirmed', { id });
    throw error;
  }
}

/** The same for the session that `/execute/` resumes: its errors have words of their own. */
export async function onResumedSession<T>(id: string, work: (sessionId: string) => Promise<T>): Promise<T> {
  const sessionId = parseId('sesn', id);
  if (sessionId === undefined) throw new ApiError('resume_not_found', { id });
  try {
    return await work(sessionId);
  } catch (error) {
    if (error instanceof SessionNotFound) throw new ApiError('resume_not_found', { id });
    if (error instanceof SessionArchived) throw new ApiError('resume_archived', { id });
    if (error instanceof SessionNotResumable) throw new ApiError('resume_without_conversation', { id });
    if (error instanceof SessionBusy) throw new ApiError('resume_running', { id });
    if (error instanceof TranscriptRemoved) throw new ApiError('resume_transcript_removed', { id });
    if (error instanceof SessionLogFull) throw new ApiError('resume_log_full', { id });
    if (error instanceof DifferentCwd) throw new ApiError('resume_elsewhere', { id, cwd: error.cwd });
    throw error;
  }
}

/** What was looked for, or the 404 of this id. */
export function found<T>(id: string, value: T | undefined): T {
  if (value === undefined) throw new ApiError('session_not_found', { id });
  return value;
}
