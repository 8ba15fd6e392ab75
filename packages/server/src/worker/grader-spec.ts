import type { AgentSpec } from '../agent/agent.ts';
import type { ToolAccess } from '../agent/tool-access.ts';
import type { Failure } from '../domain/failure.ts';
import { createId } from '../lib/ids.ts';
import type { RunRecord, SessionRecord } from '../store/records.ts';
import { createSpec } from './agent-spec.ts';
import type { WorkerContext } from './context.ts';
import { GRADER_SYSTEM_PROMPT } from './outcome-words.ts';
import { VERDICT_SCHEMA } from './verdict.ts';

/** A grader that has not seen enough by then will not come to an end. */
const MAX_TURNS = 100;

const ALLOWED = { enabled: true, permission_policy: { type: 'always_allow' as const } };
const READING = { Read: ALLOWED, Glob: ALLOWED, Grep: ALLOWED };
/** Tools by which an agent sees files. */
const SEEING = ['Read', 'Glob', 'Grep', 'Write', 'Edit', 'Bash'];

/** What the process of a grader has to be that looks at the work of this run. Every one is new. */
export async function createGraderSpec(
  context: WorkerContext,
  session: SessionRecord,
  run: RunRecord,
  { leaseEpoch, patience }: { leaseEpoch: number; patience: AbortSignal },
): Promise<AgentSpec | { failure: Failure }> {
  const spec = await createSpec(context, { session }, run, {
    agentSessionId: createId(context.clock.now()),
    leaseEpoch,
    continuation: undefined,
    patience,
  });
  if ('failure' in spec) return spec;
  const { model, effort, env } = spec.options;
  return {
    ...spec,
    role: 'grader',
    resume: false,
    grants: [],
    access: toGraderAccess(spec.access),
    options: {
      model,
      effort,
      env,
      systemPrompt: GRADER_SYSTEM_PROMPT,
      outputSchema: VERDICT_SCHEMA,
      maxTurns: MAX_TURNS,
    },
  };
}

/** It may look at what the agent could, and has a shell if the agent has one without being asked. */
export function toGraderAccess(access: ToolAccess | undefined): ToolAccess {
  const tools = access?.builtIn;
  const sees = !tools || SEEING.some((name) => name in tools);
  const hasShell = tools?.['Bash']?.permission_policy.type === 'always_allow';
  return {
    builtIn: { ...(sees && READING), ...(hasShell && { Bash: ALLOWED }) },
    mcp: {},
    custom: [],
  };
}
