import type { Effort } from './agent-config.ts';

/** How one run is to be done. Options belong to the run: the next run of the session starts from the defaults. */
export interface RunOptions {
  systemPrompt?: string | undefined;
  permissionMode?: PermissionMode | undefined;
  /** An alias (`sonnet`) or a full model name; absent: the server's default model. */
  model?: string | undefined;
  effort?: Effort | undefined;
  /** At most so many agentic turns, 1 to 100. */
  maxTurns?: number | undefined;
  /** Reaches the agent's process and its Bash. Reserved names were refused at the door. */
  env?: Record<string, string> | undefined;
  /** What happens when a tool needs a person. */
  onAsk?: 'deny' | 'wait' | undefined;
  allowedTools?: string[] | undefined;
  disallowedTools?: string[] | undefined;
  /** As the agent SDK takes them: name to `{ type, command | url, … }`. */
  mcpServers?: Record<string, Record<string, unknown>> | undefined;
  /** A JSON Schema; the result then carries `structured_output`. */
  outputSchema?: Record<string, unknown> | undefined;
  maxBudgetUsd?: number | undefined;
  maxThinkingTokens?: number | undefined;
  /** `project` loads CLAUDE.md, skills and hooks of the working directory; only under a trusted root. */
  settingSources?: 'project'[] | undefined;
  /** W3C Trace Context: the span of the client that asked for the run. */
  traceParent?: string | undefined;
}

export const PERMISSION_MODES = [
  'default',
  'acceptEdits',
  'plan',
  'bypassPermissions',
  'dontAsk',
  'auto',
] as const;

export type PermissionMode = (typeof PERMISSION_MODES)[number];
