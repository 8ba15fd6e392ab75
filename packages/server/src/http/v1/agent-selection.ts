import { z } from 'zod';
import type { AgentSelection } from '../../agents/resolve-agent.ts';
import { mcpServersField, modelField, skillsField } from './agent-fields.ts';
import { toolsField } from './agent-tools.ts';
import { textOf } from './fields.ts';
import { requireId } from './ids.ts';

const MAX_SYSTEM = 100_000;
const version = z.int().min(1).optional().describe('Absent: the latest.');

export const systemField = textOf(0, MAX_SYSTEM);

/** The agent of a new session. */
export const agentSelectionField = z.union([
  z.string(),
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('agent'), id: z.string(), version }),
    z.strictObject({
      type: z.literal('agent_with_overrides'),
      id: z.string(),
      version,
      model: modelField.nullish(),
      system: systemField.nullish(),
      tools: toolsField.optional(),
      mcp_servers: mcpServersField.optional(),
      skills: skillsField.optional(),
    }),
  ]),
]);

/** What a client may change of a session's agent. */
export const sessionAgentUpdateField = z.strictObject({
  tools: toolsField.optional(),
  mcp_servers: mcpServersField.optional(),
});

/** Throws V1Error. */
export function toAgentSelection(given: z.output<typeof agentSelectionField>): AgentSelection {
  if (typeof given === 'string') return { id: requireId('agent', given) };
  const { id, version: number } = given;
  const selection = { id: requireId('agent', id), version: number };
  if (given.type === 'agent') return selection;
  const { model, system, tools, mcp_servers } = given;
  return { ...selection, overrides: { model, system, tools, mcp_servers } };
}
