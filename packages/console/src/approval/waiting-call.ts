/** A call that waits for a person: an entry of `GET /approvals`, as far as one needs it to answer. */
export interface WaitingCall {
  id: string;
  session_id: string;
  kind: 'permission' | 'question' | 'custom_tool';
  tool_name: string;
  input: Record<string, unknown>;
  questions: readonly unknown[] | null;
  /** What `remember` would allow for the rest of the session. */
  rules: readonly string[];
  /** Why the agent asks, in its words. */
  reason: string | null;
  /** Set when a subagent asks. */
  parent_tool_use_id?: string | null;
  /** Only what the conversation tells: the rules, the reason and the input as the tool takes it need a key. */
  isPartial?: boolean;
}

export type CallTool =
  | { kind: 'built_in'; name: string }
  | { kind: 'mcp'; server: string; name: string }
  | { kind: 'custom'; name: string };

/** `/v1` writes the names of its built-in tools in its own way. */
const ENGINE_NAMES: Record<string, string> = {
  bash: 'Bash',
  read: 'Read',
  write: 'Write',
  edit: 'Edit',
  glob: 'Glob',
  grep: 'Grep',
  web_fetch: 'WebFetch',
  web_search: 'WebSearch',
};

/** Which tool a name stands for, as either API writes it. */
export function toTool(name: string): CallTool {
  const match = /^mcp__(.+?)__(.+)$/.exec(name);
  if (!match) return { kind: 'built_in', name: ENGINE_NAMES[name] ?? name };
  const [, server = '', tool = ''] = match;
  return server === 'custom' ? { kind: 'custom', name: tool } : { kind: 'mcp', server, name: tool };
}
