import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  query,
  type Query,
  type SDKUserMessage,
  type SpawnedProcess,
  type SpawnOptions,
} from '@anthropic-ai/claude-agent-sdk';
import { createFailure, type Failure } from '../domain/failure.ts';
import type { Clock } from '../lib/clock.ts';
import { SECOND } from '../lib/duration.ts';
import { isInside } from '../lib/files.ts';
import type { Log } from '../log.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AgentOutput, AgentProcess, AgentPrompt, AgentSpec, TranscriptStore } from './agent.ts';
import { createProcessDirectories, removeProcessDirectories, type ProcessDirectories } from './directories.ts';
import { createEnvironment, MODEL_PATIENCE, type ModelPatience } from './environment.ts';
import { findExitFailure } from './failures.ts';
import { fingerprintOf } from './fingerprint.ts';
import { countOutOfMemoryKills } from './memory.ts';
import { parseAgentMessage, type AgentMessage } from './messages.ts';
import { createQueryOptions, InvalidOptions } from './options.ts';
import { HeldProcess, type ProcessExit } from './process.ts';
import { AsyncQueue } from './queue.ts';
import { Run } from './run.ts';
import { TranscriptMirror } from './transcript.ts';
import { watchRun, type RunLimits } from './watchdog.ts';

/** How long a run that took too long may take to stop by itself. */
const TIMEOUT_GRACE_MS = 5 * SECOND;
/** Slash commands that begin another conversation. */
const NEW_CONVERSATION = /^\s*\/(clear|reset|new)\b/;
/** How long the end of a run waits for the bookkeeping of its model requests. */
const SETTLE_MS = 2 * SECOND;

/** The part of the gateway's pass that an agent process uses. */
export interface ModelPass {
  readonly token: string;
  setRun(runId: string | null): void;
  readonly openRequests: number;
  readonly lastActivityAt: number | undefined;
  settled(): Promise<void>;
  revoke(): void;
}

/** What the operator decides about every agent process. */
export interface AgentContext {
  /** Where processes have their directories: `<data dir>/run`. */
  runRoot: string;
  /** Hidden from agents, but for the directories of their own session. */
  dataDir: string;
  /** Directories under which sessions work: visible to an agent that works below them, also below /tmp. */
  allowedRoots: readonly string[];
  sandbox: Sandbox;
  /** Memory of one agent process, bytes; 0: no cap. */
  memoryBytes: number;
  gatewayUrl: string;
  agentEnv: Record<string, string>;
  defaultModel: string | undefined;
  /** Name and version of this server. */
  clientApp: string;
  limits: RunLimits;
  /** Absent: MODEL_PATIENCE. */
  patience?: ModelPatience | undefined;
  clock: Clock;
  log: Log;
}

/** What belongs to one agent process alone. */
export interface AgentResources {
  transcript: TranscriptStore;
  pass: ModelPass;
}

export interface StartedAgent extends AgentProcess {
  /** Resolves when the process has started up, or has ended. Never rejects. */
  readonly ready: Promise<void>;
  /** False once it has ended or is about to. */
  readonly isUsable: boolean;
}

/**
 * Starts the agent binary for a session. Never throws: what goes wrong is the end of its first run.
 * The process lives until it is killed, ends by itself, or goes on without having been asked to.
 */
export function startAgent(spec: AgentSpec, context: AgentContext, resources: AgentResources): StartedAgent {
  return new ClaudeAgent(spec, context, resources);
}

class ClaudeAgent implements StartedAgent {
  readonly sessionId: string;
  readonly fingerprint: string;
  readonly exited: Promise<void>;
  readonly ready: Promise<void>;
  readonly #spec: AgentSpec;
  readonly #context: AgentContext;
  readonly #pass: ModelPass;
  readonly #transcript: TranscriptMirror;
  readonly #log: Log;
  readonly #input = new AsyncQueue<SDKUserMessage>();
  readonly #abort = new AbortController();
  #directories: ProcessDirectories | undefined;
  #query: Query | undefined;
  #held: HeldProcess | undefined;
  #run: Run | undefined;
  #isReady = false;
  #killing: Promise<void> | undefined;
  #failure: Failure | undefined;

  constructor(spec: AgentSpec, context: AgentContext, { transcript, pass }: AgentResources) {
    this.sessionId = spec.sessionId;
    this.fingerprint = fingerprintOf(spec);
    this.#spec = spec;
    this.#context = context;
    this.#pass = pass;
    this.#log = context.log;
    this.#transcript = new TranscriptMirror(transcript, context.log);
    try {
      this.#query = this.#start();
    } catch (error) {
      this.#failure = this.#startFailure(error);
    }
    this.ready = this.#awaitReady();
    this.exited = this.#live();
  }

  get pid(): number | undefined {
    return this.#held?.pid;
  }

  get isUsable(): boolean {
    return !this.#killing && !this.#failure;
  }

  async *run(prompt: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    const { options } = this.#spec;
    const run = new Run({
      prompt,
      wantsStructuredOutput: options.outputSchema !== undefined,
      transcript: this.#transcript,
      // A budget counts for the whole life of a process.
      isReusable: options.maxBudgetUsd === undefined,
      clock: this.#context.clock,
    });
    this.#run = run;
    this.#pass.setRun(prompt.runId);
    using _watchdog = this.#watch(run);
    let isEnded = false;
    try {
      if (this.#failure) await run.processEnded(this.#failure);
      this.#input.push(toUserMessage(prompt));
      for await (const output of run.outputs) {
        if (output.type === 'ended') {
          isEnded = true;
          await this.#closeBooks();
        }
        yield output;
      }
    } finally {
      this.#run = undefined;
      if (!isEnded) await this.kill();
    }
  }

  async interrupt(): Promise<void> {
    if (!this.#run || this.#failure) return;
    this.#run.noteInterrupt();
    try {
      await this.#query?.interrupt();
    } catch {
      // The process ended before it could answer: it does nothing any more.
    }
  }

  kill(): Promise<void> {
    this.#killing ??= this.#kill();
    return this.#killing;
  }

  async #kill(): Promise<void> {
    this.#pass.revoke();
    // Without a process the SDK is still reading the transcript, and only it can stop that.
    if (this.#held) await this.#held.kill();
    else this.#abort.abort();
    await this.exited;
  }

  #start(): Query {
    const { runRoot, gatewayUrl, agentEnv, clientApp, defaultModel, sandbox } = this.#context;
    const directories = createProcessDirectories(runRoot);
    this.#directories = directories;
    const env = createEnvironment(this.#spec, directories, {
      agentEnv,
      gatewayUrl,
      gatewayToken: this.#pass.token,
      isHeld: sandbox.ownsTree,
      clientApp,
      patience: this.#context.patience ?? MODEL_PATIENCE,
    });
    const options = createQueryOptions(this.#spec, {
      env,
      transcript: this.#transcript,
      defaultModel,
      spawn: (request) => this.#spawn(request, directories),
      abortController: this.#abort,
    });
    return query({ prompt: this.#input, options });
  }

  #spawn({ command, args, env, cwd }: SpawnOptions, directories: ProcessDirectories): SpawnedProcess {
    if (this.#killing) throw new Error('Killed before it was started.');
    const { sandbox, memoryBytes } = this.#context;
    const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const environment = Object.fromEntries(defined);
    this.#held = new HeldProcess({
      command: { file: command, args },
      cwd: cwd ?? this.#spec.cwd,
      env: environment,
      sandbox,
      view: {
        masked: [this.#context.dataDir],
        privateTmp: true,
        writable: this.#visible(directories, environment['CLAUDE_CONFIG_DIR']),
        readable: [dirname(command)],
      },
      memoryBytes,
      mark: directories.root,
      log: this.#log,
    });
    return this.#held.child;
  }

  /** The config dir is the SDK's choice when it resumes, and must have the same path inside: its mirror goes by it. */
  #visible(directories: ProcessDirectories, configDir: string | undefined): string[] {
    const { cwd, home } = this.#spec;
    const roots = this.#context.allowedRoots.filter((root) => isInside(root, cwd) && root !== this.#context.dataDir);
    return [...roots, cwd, home, directories.root, ...(configDir ? [configDir] : [])];
  }

  async #awaitReady(): Promise<void> {
    try {
      await this.#query?.initializationResult();
      this.#isReady = true;
      await this.#held?.note();
    } catch {
      // It ended instead; #live says how.
    }
  }

  /** Reads what the agent says until it ends, then cleans up after it. Never rejects. */
  async #live(): Promise<void> {
    const killsBefore = countOutOfMemoryKills();
    let error: unknown = this.#failure;
    try {
      for await (const raw of this.#query ?? []) {
        const message = parseAgentMessage(raw);
        if (message) this.#handle(message);
        else this.#log.debug({ type: raw.type }, 'A message of the agent was not read.');
      }
    } catch (caught) {
      error = caught;
    }
    this.#input.close();
    await this.#held?.kill();
    const exit = await this.#held?.gone;
    this.#failure ??= exit
      ? await this.#exitFailure(exit, (await killsBefore) < (await countOutOfMemoryKills()))
      : this.#startFailure(error);
    this.#pass.revoke();
    await this.#run?.processEnded(this.#failure);
    if (this.#directories) await removeProcessDirectories(this.#directories).catch(this.#logLeftover);
  }

  #handle(message: AgentMessage): void {
    if (this.#run) return this.#run.handle(message);
    if (message.type !== 'system' || message.subtype !== 'session_state_changed') return;
    // A background shell has ended and the agent wants to go on: nobody asked for it, and its pass is not valid now.
    // The transcript has the news; the next run reads it there.
    if (message['state'] === 'running') void this.kill();
  }

  #watch(run: Run): Disposable {
    const pass = this.#pass;
    const watched = {
      get lastSignAt() {
        return run.lastSignAt;
      },
      get hasOpenTools() {
        return run.hasOpenTools;
      },
      get openRequests() {
        return pass.openRequests;
      },
      get lastActivityAt() {
        return pass.lastActivityAt;
      },
    };
    let killTimer: NodeJS.Timeout | undefined;
    const watchdog = watchRun(watched, this.#context.limits, this.#context.clock, {
      onSilence: () => {
        run.failWith(createFailure('unresponsive'));
        void this.kill();
      },
      onTimeout: () => {
        run.failWith(createFailure('timed_out'));
        void this.interrupt();
        killTimer = setTimeout(() => void this.kill(), TIMEOUT_GRACE_MS).unref();
      },
    });
    return {
      [Symbol.dispose]: () => {
        clearTimeout(killTimer);
        watchdog[Symbol.dispose]();
      },
    };
  }

  /** After this no model request counts for the run, and all that did are recorded. */
  async #closeBooks(): Promise<void> {
    this.#pass.setRun(null);
    await Promise.race([this.#pass.settled(), sleep(SETTLE_MS, undefined, { ref: false })]);
  }

  #startFailure(error: unknown): Failure {
    if (error instanceof InvalidOptions) return createFailure('invalid_options', error.message);
    if (this.#killing) return createFailure('process_died');
    this.#log.error({ err: error, sessionId: this.sessionId }, 'An agent process could not be started.');
    return createFailure('spawn_failed');
  }

  async #exitFailure(exit: ProcessExit, wasOutOfMemory: boolean): Promise<Failure> {
    const cwdIsThere = await stat(this.#spec.cwd).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const { signal, code } = exit;
    const failure = findExitFailure(exit, {
      wasReady: this.#isReady,
      hasMemoryCap: this.#context.memoryBytes > 0,
      wasOutOfMemory: wasOutOfMemory && !this.#killing && (signal === 'SIGKILL' || code === 128 + 9),
      cwdIsThere,
    });
    if (this.#run && !this.#killing) {
      this.#log.warn({ ...exit, sessionId: this.sessionId, failure: failure.type }, 'An agent process ended in a run.');
    }
    return failure;
  }

  readonly #logLeftover = (error: unknown): void => {
    this.#log.warn({ err: error }, 'The directories of an agent process could not be removed.');
  };
}

function toUserMessage({ inputId, content }: AgentPrompt): SDKUserMessage {
  return {
    type: 'user',
    uuid: inputId as NonNullable<SDKUserMessage['uuid']>,
    parent_tool_use_id: null,
    message: { role: 'user', content },
    // As a prompt like any other: the command would go on under another session id, and leave the transcript behind.
    ...(NEW_CONVERSATION.test(content) && { client_composed: true as const }),
  };
}
