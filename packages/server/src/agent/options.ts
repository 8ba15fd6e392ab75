import type { McpServerConfig, Options, SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { CustomTool } from '../domain/agent-config.ts';
import type { ContentBlock } from '../domain/content.ts';
import type { RunOptions } from '../domain/run-options.ts';
import type { AgentSpec } from './agent.ts';
import type { Asks } from './asks.ts';
import { AGENT_BINARY } from './binary.ts';
import { createCustomToolServer } from './custom-tools.ts';
import { CUSTOM_SERVER } from '../domain/tool-names.ts';
import { BUILT_IN_TOOLS, QUESTION_TOOL, SKILL_TOOL } from './tools.ts';
import type { ToolAccess } from './tool-access.ts';
import type { TranscriptMirror } from './transcript.ts';

export interface OptionsSource {
  env: Record<string, string>;
  transcript: TranscriptMirror;
  asks: Asks;
  /** See FillContent. */
  fill(content: ContentBlock[]): Promise<ContentBlock[]>;
  defaultModel: string | undefined;
  spawn(options: SpawnOptions): SpawnedProcess;
  abortController: AbortController;
  doors: Pick<Options, 'hooks' | 'canUseTool'>;
}

/** `sdk` servers live inside a host program; a client of ours cannot mean one. */
const mcpServers = z.record(
  z.string(),
  z.union([
    z.looseObject({ type: z.literal('stdio').optional(), command: z.string() }),
    z.looseObject({ type: z.enum(['http', 'sse']), url: z.string() }),
  ]),
);

/** An option that the agent would refuse; the message says which. */
export class InvalidOptions extends Error {
  override name = 'InvalidOptions';
}

/** The options of the agent SDK for a process: a clean room, and what the client asked for. */
export function createQueryOptions(spec: AgentSpec, source: OptionsSource): Options {
  const { options } = spec;
  const settingSources = options.settingSources ?? [];
  const rules = options.allowedTools ?? [];
  return {
    abortController: source.abortController,
    cwd: spec.cwd,
    env: source.env,
    spawnClaudeCodeProcess: source.spawn,
    ...(spec.resume ? { resume: spec.agentSessionId } : { sessionId: spec.agentSessionId }),
    sessionStore: source.transcript,
    sessionStoreFlush: 'eager',
    includePartialMessages: true,
    // What a subagent in the background says comes anyway; so does what it says while its caller waits.
    forwardSubagentText: true,

    // The clean room: nothing of the machine, the user or the repository is loaded unless it was asked for.
    settingSources,
    strictMcpConfig: true,
    settings: {
      crossSessionInbound: 'refuse',
      permissions: { allow: spec.grants, deny: ['SendMessage', 'ListAgents'] },
    },
    tools: spec.access ? Object.keys(spec.access.builtIn) : findTools(options),

    // Not recorded with the conversation: the next run may bring another one.
    systemPrompt: options.systemPrompt
      ? { type: 'custom', prompt: options.systemPrompt, snapshot: false }
      : { type: 'preset', preset: 'claude_code', snapshot: false },
    permissionMode: options.permissionMode ?? 'default',
    allowDangerouslySkipPermissions: options.permissionMode === 'bypassPermissions',
    ...source.doors,
    // The flag of `allowedTools`, without the SDK's warning that these tools are not asked for: that is their purpose.
    ...(rules.length > 0 && { extraArgs: { allowedTools: rules.join(',') } }),
    disallowedTools: [...(options.disallowedTools ?? []), ...findDisabled(spec.access)],
    // Their environment and headers stay off the command line.
    mcpServersDelivery: 'initialize',
    mcpServers: {
      ...parseMcpServers(options.mcpServers ?? {}),
      ...createCustomServer(spec.access?.custom ?? [], source),
    },
    ...defined({
      pathToClaudeCodeExecutable: AGENT_BINARY,
      model: options.model ?? source.defaultModel,
      effort: options.effort,
      maxTurns: options.maxTurns,
      maxBudgetUsd: options.maxBudgetUsd,
      maxThinkingTokens: options.maxThinkingTokens,
      outputFormat: options.outputSchema && { type: 'json_schema' as const, schema: options.outputSchema },
    }),
  };
}

function findTools({ settingSources = [], onAsk }: RunOptions): string[] {
  return [
    ...BUILT_IN_TOOLS,
    ...(settingSources.includes('project') ? [SKILL_TOOL] : []),
    ...(onAsk === 'wait' ? [QUESTION_TOOL] : []),
  ];
}

/** Tools of MCP servers that are switched off one by one: the model does not see them. The others the policy refuses. */
function findDisabled(access: ToolAccess | undefined): string[] {
  return Object.entries(access?.mcp ?? {}).flatMap(([server, { tools }]) =>
    Object.entries(tools).flatMap(([tool, { enabled }]) => (enabled ? [] : [`mcp__${server}__${tool}`])),
  );
}

function createCustomServer(
  tools: readonly CustomTool[],
  { asks, fill }: Pick<OptionsSource, 'asks' | 'fill'>,
): Record<string, McpServerConfig> {
  if (tools.length === 0) return {};
  const instance = createCustomToolServer(tools, asks, fill);
  // The type wants the class; all that is used of it is `connect` and `close`.
  return { [CUSTOM_SERVER]: { type: 'sdk', name: CUSTOM_SERVER, instance } as unknown as McpServerConfig };
}

function parseMcpServers(servers: Record<string, Record<string, unknown>>): Record<string, McpServerConfig> {
  const parsed = mcpServers.safeParse(servers);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0] ?? '');
    throw new InvalidOptions(`mcp_servers: "${name}" needs a command, or a type (http, sse) and a url`);
  }
  // The agent checks the rest of them.
  return parsed.data as Record<string, McpServerConfig>;
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
