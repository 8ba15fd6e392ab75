import { BUILT_IN_AGENT } from '../../domain/built-in.ts';
import type { SessionRecord } from '../../store/records.ts';
import { primaryThreadId } from './ids.ts';
import type { ThreadNames } from './project-state.ts';

/** How the events of a session name its thread and its agent. */
export function threadNamesOf({ id, agent }: Pick<SessionRecord, 'id' | 'agent'>): ThreadNames {
  return { session_thread_id: primaryThreadId(id), agent_name: (agent ?? BUILT_IN_AGENT).name };
}
