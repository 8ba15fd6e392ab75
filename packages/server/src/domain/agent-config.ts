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

/** An agent as it is kept in versions: what a session takes of it, and what is only for its owner. */
export interface AgentDefinition extends AgentConfig {
  metadata: Record<string, string>;
}

export interface ModelConfig {
  id: string;
  /** Absent: the model's own default. */
  effort?: { type: Effort };
  speed: 'standard';
}

export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

export type AgentTool = AgentToolset | McpToolset | CustomTool;

/** Who decides about a call: nobody, a person, or the server, which asks a person when it is not sure. */
export interface PermissionPolicy {
  type: (typeof POLICIES)[number];
}

export const POLICIES = ['always_allow', 'always_ask', 'auto'] as const;

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

export type BuiltInToolConfig =
  | { [Name in PlainToolName]: ToolConfig & { name: Name; type: Name } }[PlainToolName]
  | WebFetchConfig
  | WebSearchConfig;

type PlainToolName = Exclude<BuiltInToolName, 'web_fetch' | 'web_search'>;

/** Plain host names, with all below them; one list or the other. Of `web_search` they may end in a path. */
export interface WebDomains {
  allowed_domains?: string[];
  blocked_domains?: string[];
}

export interface WebFetchConfig extends ToolConfig, WebDomains {
  name: 'web_fetch';
  type: 'web_fetch';
  /** Nothing else is taken. */
  max_content_tokens: null;
  url_sources: null;
}

export interface WebSearchConfig extends ToolConfig, WebDomains {
  name: 'web_search';
  type: 'web_search';
  /** Nothing else is taken. */
  user_location: null;
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
