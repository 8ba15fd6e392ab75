import type {
  AgentConfig,
  AgentDefinition,
  AgentTool,
  Effort,
  McpServer,
  ModelConfig,
} from '../domain/agent-config.ts';
import { findMetadataFault, patchMetadata } from '../domain/metadata.ts';
import { checkTools } from './check-tools.ts';
import { InvalidAgent } from './errors.ts';

/** What a client says of a model. */
export interface ModelChoice {
  id: string;
  /** Absent: as it is, if the model stays the same. Null: the model's own default. */
  effort?: { type: Effort } | null | undefined;
  speed: 'standard';
}

type StdioServer = Extract<McpServer, { type: 'stdio' }>;

/** What a client says of a server. Null in `env`: the value that is stored, which is never shown. */
export type McpServerChoice =
  | Exclude<McpServer, StdioServer>
  | (Omit<StdioServer, 'env'> & { env: Record<string, string | null> });

/** What is to be different; what is absent stays. Lists are replaced as a whole. */
export interface ConfigChange {
  name?: string | undefined;
  /** Empty or null: none. */
  description?: string | null | undefined;
  model?: ModelChoice | undefined;
  system?: string | null | undefined;
  tools?: AgentTool[] | undefined;
  mcp_servers?: McpServerChoice[] | undefined;
}

export interface AgentChange extends ConfigChange {
  /** Key by key; null removes one. */
  metadata?: Record<string, string | null> | undefined;
}

/** A new agent is a change of this, with a name and a model. */
export const EMPTY_AGENT: AgentDefinition = {
  name: '',
  description: null,
  model: { id: '', speed: 'standard' },
  system: null,
  tools: [],
  mcp_servers: [],
  metadata: {},
};

/** Throws InvalidAgent. */
export function changeAgent(stored: AgentDefinition, change: AgentChange): AgentDefinition {
  const metadata = patchMetadata(stored.metadata, change.metadata ?? {});
  const fault = findMetadataFault(metadata);
  if (fault !== undefined) throw new InvalidAgent('metadata', fault);
  return { ...changeConfig(stored, change), metadata };
}

/** The same for what a session takes of an agent. Throws InvalidAgent. */
export function changeConfig(stored: AgentConfig, change: ConfigChange): AgentConfig {
  const { name, description, model, system, tools, mcp_servers: servers } = change;
  const config: AgentConfig = {
    name: name ?? stored.name,
    description: description === undefined ? stored.description : description || null,
    model: model === undefined ? stored.model : chooseModel(model, stored.model),
    system: system === undefined ? stored.system : system || null,
    tools: tools ?? stored.tools,
    mcp_servers: servers === undefined ? stored.mcp_servers : chooseServers(servers, stored.mcp_servers),
  };
  checkTools(config);
  return config;
}

/** `stored`: the model so far, if the choice is a change of it. */
export function chooseModel({ id, effort, speed }: ModelChoice, stored?: ModelConfig): ModelConfig {
  const kept = effort === undefined && stored?.id === id ? stored.effort : effort;
  return { id, ...(kept && { effort: kept }), speed };
}

function chooseServers(choices: McpServerChoice[], stored: McpServer[]): McpServer[] {
  return choices.map((choice, index) => {
    if (choice.type === 'url') return choice;
    const known = stored.find((server) => server.type === 'stdio' && server.name === choice.name);
    const values = known?.type === 'stdio' ? known.env : {};
    const env = Object.entries(choice.env).map(([name, value]) => {
      const kept = value ?? values[name];
      if (kept === undefined) {
        throw new InvalidAgent(`mcp_servers.${index}.env.${name}`, 'There is no value that null could keep');
      }
      return [name, kept];
    });
    return { ...choice, env: Object.fromEntries(env) };
  });
}
