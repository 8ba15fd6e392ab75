/** The tools that agents have in tests of `/v1`, and what a client says. */
export const TOOLS = [{ type: 'agent_toolset_20260401' as const }];

/** The same, each call of which waits for a person. */
export const ASKING = [
  {
    type: 'agent_toolset_20260401' as const,
    default_config: { permission_policy: { type: 'always_ask' as const } },
  },
];

/** One that the client has. */
export const DECIDE = {
  type: 'custom' as const,
  name: 'decide',
  description: 'Decides.',
  input_schema: { type: 'object' as const, properties: { about: { type: 'string' } } },
};

export function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}

export function confirm(id: string, result: 'allow' | 'deny') {
  return { type: 'user.tool_confirmation' as const, tool_use_id: id, result };
}

export function answer(id: string, text: string) {
  return {
    type: 'user.custom_tool_result' as const,
    custom_tool_use_id: id,
    content: [{ type: 'text' as const, text }],
  };
}
