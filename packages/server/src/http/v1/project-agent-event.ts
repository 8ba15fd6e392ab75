import type { EventBody } from '../../domain/event.ts';
import { publicId } from './ids.ts';
import { projectToolResult, projectToolUse } from './project-tool-call.ts';

type Body = { type: string } & Record<string, unknown>;

export type AgentEvent = Extract<
  EventBody,
  { type: 'agent.message' | 'agent.thinking' | 'agent.tool_use' | 'agent.tool_result' }
>;

/** What an agent says and does, as `/v1` shows it, in the main line as in a subagent; undefined: clients do not see it. */
export function projectAgentEvent(body: AgentEvent): Body | undefined {
  switch (body.type) {
    case 'agent.message':
      // The agent's own words for a failure; session.error says it.
      if (body.error !== undefined) return undefined;
      return { type: 'agent.message', content: [{ type: 'text', text: body.text }] };
    case 'agent.thinking':
      return { type: 'agent.thinking' };
    case 'agent.tool_use':
      return typed(projectToolUse(body));
    case 'agent.tool_result': {
      const result = projectToolResult(body);
      const callId = result?.callEventId;
      return result && typed(result.body(callId === undefined ? '' : publicId('sevt', callId)));
    }
  }
}

/** What a subagent does is its own thread's. */
export function isOfSubagent({ parentToolUseId }: Pick<AgentEvent, 'parentToolUseId'>): boolean {
  return parentToolUseId !== null;
}

function typed(body: Record<string, unknown>): Body {
  return { ...body, type: String(body['type']) };
}
