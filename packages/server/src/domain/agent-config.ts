/**
 * What an agent of `/v1` is, with every default filled in. The names are the wire's, since this is what clients sent and
 * are shown again; it is stored as it is.
 */
export interface AgentConfig {
  name: string;
  description: string | null;
  model: ModelConfig;
  system: string | null;
  tools: AgentTool[];
  mcp_servers: McpServer[];
}

export interface ModelConfig {
  id: string;
  effort?: { type: Effort };
  speed?: 'standard';
}

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type AgentTool = AgentToolset | McpToolset | CustomTool;

/** Who decides about a call: nobody, a person, or the server, which asks a person when it is not sure. */
export type PermissionPolicy = { type: 'always_allow' | 'always_ask' | 'auto' };

export interface ToolConfig {
  enabled: boolean;
  permission_policy: PermissionPolicy;
}

export const BUILT_IN_TOOL_NAMES = [
  'bash',
  'read',
  'write',
  'edit',
  'glob',
  'grep',
  'web_fetch',
  'web_search',
] as const;

export type BuiltInToolName = (typeof BUILT_IN_TOOL_NAMES)[number];

export interface AgentToolset {
  type: 'agent_toolset_20260401';
  default_config: ToolConfig;
  configs: BuiltInToolConfig[];
}

export interface BuiltInToolConfig extends ToolConfig {
  name: BuiltInToolName;
  type: BuiltInToolName;
  /** Of `web_fetch` and `web_search`: plain host names, one list or the other. */
  allowed_domains?: string[];
  blocked_domains?: string[];
  /** Of `web_fetch`; nothing but null is taken. */
  max_content_tokens?: null;
  url_sources?: null;
  /** Of `web_search`; nothing but null is taken. */
  user_location?: null;
}

export interface McpToolset {
  type: 'mcp_toolset';
  mcp_server_name: string;
  default_config: ToolConfig;
  configs: ({ name: string } & ToolConfig)[];
}

export interface CustomTool {
  type: 'custom';
  name: string;
  description: string;
  /** A JSON Schema. */
  input_schema: { type: 'object'; [keyword: string]: unknown };
}

export type McpServer =
  | { type: 'url'; name: string; url: string }
  /** An extension: a program on the server's machine, if the operator allows it. */
  | { type: 'stdio'; name: string; command: string; args: string[]; env: Record<string, string> };
