import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { agentQuery, useAgentActions, type Agent } from '../../api/agents.ts';
import { rebase, toBody, toUpdate, type AgentBody } from '../../lib/agent-body.ts';
import { toProblem } from '../../lib/problem.ts';
import type { Draft } from './draft.ts';
import type { Conflict } from './review-dialog.tsx';

interface Saving {
  /** What the draft is a change of. */
  base: AgentBody;
  version: number;
  conflict: Conflict | undefined;
  isBusy: boolean;
  save: () => Promise<Agent | undefined>;
  keepMine: () => Promise<void>;
}

/** Saves a draft as a new version of the agent, and never over what somebody else has saved meanwhile. */
export function useSaving(agent: Agent, draft: Draft): Saving {
  const queries = useQueryClient();
  const { update } = useAgentActions();
  const [from, setFrom] = useState(() => ({ base: toBody(agent), version: agent.version }));
  const [conflict, setConflict] = useState<Conflict>();
  const { base, version } = from;
  const latest = (): Promise<Agent> => queries.fetchQuery({ ...agentQuery(agent.id), staleTime: 0 });
  return {
    base,
    version,
    conflict,
    isBusy: update.isPending,
    save: async () => {
      try {
        return await update.mutateAsync({ id: agent.id, body: toUpdate(draft.body, base, version) });
      } catch (error) {
        if (toProblem(error).status !== 409) throw error;
        setConflict({ version: (await latest()).version, both: undefined });
        return undefined;
      }
    },
    keepMine: async () => {
      const found = await latest();
      const theirs = toBody(found);
      const { body, both } = rebase(base, draft.body, theirs);
      draft.reset(body);
      setFrom({ base: theirs, version: found.version });
      setConflict({ version: found.version, both });
    },
  };
}
