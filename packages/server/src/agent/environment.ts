import { MINUTE, SECOND } from '../lib/duration.ts';
import type { AgentSpec } from './agent.ts';
import type { ProcessDirectories } from './directories.ts';

/** How patient the agent is with the gateway, which is its only way to a model. */
export interface ModelPatience {
  /** Attempts after the first one; the pauses between them double, from half a second on. */
  maxRetries: number;
  /** Until an answer begins, the time that the gateway holds a request included. */
  answerBeginsMs: number;
  /** Between two bytes of an answer; the provider pings more often. */
  answerPausesMs: number;
}

/** For what only the agent can repeat: answers that are cut or go silent, or do not begin; each may cost. */
const OWN_RETRIES = 4;
const SLACK_MS = 10 * SECOND;

/**
 * The gateway repeats what the provider refused, the agent what was cut. A request that the gateway gives back, because
 * it cannot be held any longer, is one of the agent's retries too: they have to be enough for all of its patience.
 */
export function createModelPatience(gateway: {
  troubleMs: number;
  holdMs: number;
  answerBeginsMs: number;
}): ModelPatience {
  return {
    maxRetries: Math.max(OWN_RETRIES, Math.floor(gateway.troubleMs / gateway.holdMs) + 1),
    answerBeginsMs: gateway.holdMs + gateway.answerBeginsMs + SLACK_MS,
    answerPausesMs: MINUTE,
  };
}

export interface EnvironmentSource {
  /** What agents inherit of the server's environment. */
  agentEnv: Record<string, string>;
  gatewayUrl: string;
  gatewayToken: string;
  /** The process may believe that a sandbox holds it. */
  isHeld: boolean;
  /** Name and version, for the model provider's logs. */
  clientApp: string;
  /** Variables that make the agent send telemetry of its own; absent: it sends none. */
  telemetry?: Record<string, string> | undefined;
  patience: ModelPatience;
}

/**
 * The whole environment of an agent process, and so of its Bash: the operator's short list, the client's variables,
 * and over them what keeps the agent in its own clean room.
 */
export function createEnvironment(
  spec: AgentSpec,
  directories: ProcessDirectories,
  source: EnvironmentSource,
): Record<string, string> {
  return {
    ...source.agentEnv,
    ...(source.telemetry ? withoutTelemetry(spec.options.env) : spec.options.env),
    ...(source.telemetry && {
      ...source.telemetry,
      OTEL_RESOURCE_ATTRIBUTES: `bullpen.session.id=${spec.sessionId}`,
    }),
    // Who may not write into the session's own has one for the while.
    HOME: spec.role === 'grader' ? directories.tmp : spec.home,
    TMPDIR: directories.tmp,
    ANTHROPIC_BASE_URL: source.gatewayUrl,
    // Worth nothing outside this run: the gateway adds the real credential.
    ANTHROPIC_API_KEY: source.gatewayToken,
    CLAUDE_CONFIG_DIR: directories.config,
    CLAUDE_CODE_TMPDIR: directories.tmp,
    // The same in every directory and on every machine, so that a session can be resumed in another.
    CLAUDE_CODE_PROJECT_DIR_NAME: 'session',
    CLAUDE_AGENT_SDK_CLIENT_APP: source.clientApp,
    CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1',
    CLAUDE_CODE_STARTUP_FAILURE_RESULTS: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
    CLAUDE_CODE_DISABLE_CRON: '1',
    CLAUDE_CODE_DISABLE_WORKFLOWS: '1',
    CLAUDE_CODE_DISABLE_BUNDLED_SKILLS: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_MAX_RETRIES: String(source.patience.maxRetries),
    API_TIMEOUT_MS: String(source.patience.answerBeginsMs),
    CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: String(source.patience.answerPausesMs),
    ...(source.isHeld && { IS_SANDBOX: '1' }),
    // All tools are in every request: none is looked up first.
    ...(spec.access && { ENABLE_TOOL_SEARCH: 'false' }),
    // What the last entry of the transcript asks for is done without a prompt.
    ...(spec.continues === 'cut_turn' && { CLAUDE_CODE_RESUME_INTERRUPTED_TURN: '1' }),
  };
}

/** Where telemetry goes is the operator's to say; an exporter to the console would break the agent's line to us. */
function withoutTelemetry(env: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^OTEL_/i.test(name)));
}
