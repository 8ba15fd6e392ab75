import type { AgentSpec } from '../agent/agent.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import type { RunOptions } from '../domain/run-options.ts';
import type { RunRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { findCwdFault } from '../workspace/cwd.ts';
import type { WorkerContext } from './context.ts';
import type { Continuation } from './continuation.ts';
import { toManagedSpec } from './managed-spec.ts';
import { prepareDirectories } from './directories.ts';

/** The agent takes no budget of nothing. */
const LEAST_USD = 0.000_001;

/**
 * What the process of this run has to be. `continuation`: absent for a run that begins. `patience`: for how long a disk in
 * trouble is waited for.
 */
export async function createSpec(
  context: WorkerContext,
  { session }: Pick<ClaimedSession, 'session'>,
  run: RunRecord,
  {
    agentSessionId,
    leaseEpoch,
    continuation,
    tell,
    patience,
  }: {
    agentSessionId: string;
    leaseEpoch: number;
    continuation: Continuation | undefined;
    /** Hears which of the things that the session was given it has to do without. */
    tell?: ((error: SessionErrorEvent) => void) | undefined;
    patience: AbortSignal;
  },
): Promise<AgentSpec | { failure: Failure }> {
  const { home, workspace } = await prepareDirectories(context, session.id, patience);
  const isOwn = session.workspace.kind === 'own';
  // A session's own workspace lies where this node keeps them, whichever node made it.
  const cwd = isOwn ? workspace : session.workspace.ref;
  if (!isOwn) {
    // Checked when it was asked for; it may have gone, or become a link, since.
    const fault = await findCwdFault(cwd, context);
    if (fault) return { failure: createFailure('invalid_cwd', `${cwd} ${fault}`) };
  }
  const given =
    session.agent &&
    (await context.files.give({
      tenantId: session.tenantId,
      sessionId: session.id,
      cwd,
      tell,
      signal: patience,
    }));
  const plan = continuation?.plan;
  const options = continuation ? remainingOptions(run, continuation.modelTurns) : run.options;
  return {
    tenantId: session.tenantId,
    sessionId: session.id,
    agentSessionId,
    resume: session.agentSessionId !== null,
    continues: plan?.how === 'continue' && 'continues' in plan.begin ? plan.begin.continues : undefined,
    leaseEpoch,
    grants: session.grants,
    cwd,
    home,
    mounts: given?.mounts,
    ...(session.agent && given ? toManagedSpec(session.agent, options, given.places) : { options }),
  };
}

/** The options of a run that goes on in another process: its limits count over all of them. */
function remainingOptions({ options, costUsd }: RunRecord, modelTurns: number): RunOptions {
  const { maxTurns, maxBudgetUsd } = options;
  return {
    ...options,
    ...(maxTurns !== undefined && { maxTurns: Math.max(1, maxTurns - modelTurns) }),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd: Math.max(LEAST_USD, maxBudgetUsd - (costUsd ?? 0)) }),
  };
}
