import {
  AgentArchived,
  AgentBuiltIn,
  AgentChanged,
  AgentInUse,
  AgentModelRequired,
  AgentNotFound,
  AgentVersionNotFound,
  InvalidAgent,
} from '../../agents/errors.ts';
import { AgentGone } from '../../sessions/errors.ts';
import { concurrentModification, invalid, V1Error } from './errors.ts';
import { requireId, unknownId } from './ids.ts';

const BUILT_IN =
  'This agent is built in: it stands behind the sessions that POST /execute/ starts. It cannot be changed, and sessions ' +
  'of /v1 need one that was made with POST /v1/agents.';

/** Does something with the agent that the client wrote as `id`, and puts what can go wrong into the client's words. */
export async function onAgent<T>(id: string, work: (agentId: string) => Promise<T>): Promise<T> {
  return withAgentErrors({ id, archived: 'Cannot modify archived agent' }, () =>
    work(requireId('agent', id)),
  );
}

/** The same for the agent that a session is to have: `path` is the field that names it. */
export async function onSelectedAgent<T>(id: string, path: string, work: () => Promise<T>): Promise<T> {
  return withAgentErrors({ id, path, archived: `Agent ${id} is archived.` }, work);
}

/** The same for what is no agent yet. */
export async function onNewAgent<T>(work: () => Promise<T>): Promise<T> {
  return withAgentErrors({ id: '', archived: '' }, work);
}

async function withAgentErrors<T>(
  { id, path = '', archived }: { id: string; path?: string; archived: string },
  work: () => Promise<T>,
): Promise<T> {
  const pathTo = (field: string): string => (path === '' ? field : `${path}.${field}`);
  try {
    return await work();
  } catch (error) {
    if (error instanceof AgentNotFound || error instanceof AgentGone) throw unknownId('agent', id);
    if (error instanceof AgentVersionNotFound) {
      throw new V1Error('not_found_error', `agent.version: ${error.version} not found`);
    }
    if (error instanceof AgentArchived) throw invalid('', archived);
    if (error instanceof AgentBuiltIn) throw invalid('', BUILT_IN);
    if (error instanceof InvalidAgent) throw invalid(pathTo(error.path), error.message);
    if (error instanceof AgentModelRequired) {
      throw invalid(pathTo('model'), 'An agent needs a model: leave it out to keep the one of the agent', {
        code: 'agent_model_required',
      });
    }
    if (error instanceof AgentChanged) {
      throw concurrentModification(
        'Concurrent modification detected. Please fetch the latest version and retry.',
      );
    }
    if (error instanceof AgentInUse) {
      throw new V1Error(
        'conflict_error',
        `Agent ${id} has sessions. Delete them first, or archive the agent, which keeps it from being used again.`,
        { headers: { 'x-should-retry': 'false' } },
      );
    }
    throw error;
  }
}
