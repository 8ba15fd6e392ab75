import { dirname } from 'node:path';
import {
  query,
  type Options,
  type Query,
  type SDKUserMessage,
  type SpawnedProcess,
  type SpawnOptions,
} from '@anthropic-ai/claude-agent-sdk';
import { isInside } from '../lib/files.ts';
import type { FileView } from '../sandbox/sandbox.ts';
import type { AgentSpec } from './agent.ts';
import type { Asks } from './asks.ts';
import type { AgentContext } from './context.ts';
import { createProcessDirectories, type ProcessDirectories } from './directories.ts';
import { createEnvironment } from './environment.ts';
import { createQueryOptions } from './options.ts';
import type { ProcessRequest } from './process.ts';
import type { TranscriptMirror } from './transcript.ts';

interface Launch {
  /** What the process shows the gateway. */
  token: string;
  transcript: TranscriptMirror;
  /** Through which custom tools get their results. */
  asks: Asks;
  doors: Pick<Options, 'hooks' | 'canUseTool'>;
  input: AsyncIterable<SDKUserMessage>;
  abortController: AbortController;
  /** Called when the SDK wants its process: after it has unpacked the conversation, if there is one. */
  onSpawn(request: ProcessRequest): SpawnedProcess;
}

/** Makes the directories of a process and lets the agent SDK start it. Throws what the SDK or the system throws. */
export function launch(
  spec: AgentSpec,
  context: AgentContext,
  { token, transcript, asks, doors, input, abortController, onSpawn }: Launch,
): { query: Query; directories: ProcessDirectories } {
  const directories = createProcessDirectories(context.runRoot);
  const env = createEnvironment(spec, directories, {
    agentEnv: context.agentEnv,
    gatewayUrl: context.gatewayUrl,
    gatewayToken: token,
    isHeld: context.sandbox.hidesFiles,
    clientApp: context.clientApp,
    telemetry: context.agentTelemetry,
    patience: context.patience,
  });
  const options = createQueryOptions(spec, {
    env,
    transcript,
    asks,
    fill: (content) => context.fill(spec.tenantId, content),
    doors,
    defaultModel: context.defaultModel,
    spawn: (request) => onSpawn(toProcessRequest(spec, context, directories, request)),
    abortController,
  });
  return { query: query({ prompt: input, options }), directories };
}

function toProcessRequest(
  spec: AgentSpec,
  { sandbox, memoryBytes, log, ...context }: AgentContext,
  directories: ProcessDirectories,
  { command, args, env, cwd }: SpawnOptions,
): ProcessRequest {
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    command: { file: command, args },
    cwd: cwd ?? spec.cwd,
    env: Object.fromEntries(defined),
    sandbox,
    view: createView(spec, context, directories, { program: command, configDir: env['CLAUDE_CONFIG_DIR'] }),
    memoryBytes,
    mark: directories.root,
    log,
  };
}

/**
 * Where it works it sees in one place only: where that is mounted, if it is. What is held so as to look only may write
 * where the others have what is theirs alone.
 * The config dir is the SDK's choice when it resumes, and must have the same path inside: its mirror goes by it.
 */
function createView(
  { cwd, home, mounts, role }: AgentSpec,
  {
    dataDir,
    sharedWorkspaces,
    allowedRoots,
  }: Pick<AgentContext, 'dataDir' | 'sharedWorkspaces' | 'allowedRoots'>,
  directories: ProcessDirectories,
  { program, configDir }: { program: string; configDir: string | undefined },
): FileView {
  const roots = allowedRoots.filter((root) => isInside(root, cwd));
  const mountedCwd = mounts?.find(({ source }) => source === cwd)?.path;
  const shared = [...(mountedCwd === undefined ? [...roots, cwd] : []), home];
  const own = [directories.root, ...(configDir ? [configDir] : [])];
  const isReadOnly = role === 'grader';
  return {
    masked: sharedWorkspaces === undefined ? [dataDir] : [dataDir, sharedWorkspaces],
    tmp: directories.tmp,
    isReadOnly,
    writable: isReadOnly ? own : [...shared, ...own],
    readable: isReadOnly ? [...shared, dirname(program)] : [dirname(program)],
    mounts: isReadOnly ? mounts?.map((mount) => ({ ...mount, isWritable: false })) : mounts,
    cwd: mountedCwd,
  };
}
