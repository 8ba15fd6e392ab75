import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Query } from '@anthropic-ai/claude-agent-sdk';
import type { ApprovalDecision } from '../domain/approval.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { AgentOutput, AgentPrompt, AgentSpec } from './agent.ts';
import { Asks } from './asks.ts';
import type { AgentContext, AgentResources, ModelPass, StartedAgent } from './context.ts';
import { removeProcessDirectories, type ProcessDirectories } from './directories.ts';
import { createDoors } from './doors.ts';
import { findExitFailure } from './failures.ts';
import { fingerprintOf } from './fingerprint.ts';
import { AgentInput } from './input.ts';
import { interruptAll } from './interrupt.ts';
import { launch } from './launch.ts';
import { countOutOfMemoryKills } from './memory.ts';
import { parseAgentMessage, type AgentMessage } from './messages.ts';
import { InvalidOptions } from './options.ts';
import { HeldProcess, type ProcessExit } from './process.ts';
import { Run } from './run.ts';
import { TranscriptMirror } from './transcript.ts';
import { watchRun } from './watchdog.ts';

/** How long the end of a run waits for the bookkeeping of its model requests. */
const SETTLE_MS = 2 * SECOND;

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
  readonly started: Promise<void>;
  readonly #spec: AgentSpec;
  readonly #context: AgentContext;
  readonly #pass: ModelPass;
  readonly #transcript: TranscriptMirror;
  readonly #log: Log;
  readonly #input: AgentInput;
  readonly #abort = new AbortController();
  readonly #asks = new Asks({
    asked: (ask) => this.#run?.asked(ask),
    withdrawn: (toolUseId) => this.#run?.withdrawn(toolUseId),
  });
  #directories: ProcessDirectories | undefined;
  #query: Query | undefined;
  #held: HeldProcess | undefined;
  #run: Run | undefined;
  #isReady = false;
  #hasRun = false;
  /** What a process that goes on by itself said before its run was there to hear it. */
  #early: AgentMessage[] = [];
  #noteStarted: () => void = () => undefined;
  #killing: Promise<void> | undefined;
  #failure: Failure | undefined;

  constructor(spec: AgentSpec, context: AgentContext, { transcript, pass }: AgentResources) {
    this.sessionId = spec.sessionId;
    this.fingerprint = fingerprintOf(spec);
    this.#spec = spec;
    this.#context = context;
    this.#input = new AgentInput(spec, context.fill);
    this.#pass = pass;
    this.#log = context.log;
    this.#transcript = new TranscriptMirror(transcript, context.log, {
      epoch: spec.leaseEpoch,
      ended: this.#abort.signal,
    });
    pass.onHold((hold) => this.#run?.noteHold(hold));
    pass.onBudgetReached(() => this.#run?.budgetReached());
    try {
      this.#query = this.#start();
    } catch (error) {
      this.#failure = this.#startFailure(error);
    }
    this.started = new Promise((resolve) => (this.#noteStarted = resolve));
    this.ready = this.#awaitReady();
    this.exited = this.#live();
  }

  get pid(): number | undefined {
    return this.#held?.pid;
  }

  get isUsable(): boolean {
    return !this.#killing && !this.#failure && !this.#transcript.isBroken;
  }

  async *run(prompt: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    const { options } = this.#spec;
    const run = new Run({
      prompt,
      continues: this.#continues(),
      wantsStructuredOutput: options.outputSchema !== undefined,
      access: this.#spec.access,
      transcript: this.#transcript,
      // A budget counts for the whole life of a process.
      isReusable: options.maxBudgetUsd === undefined,
      clock: this.#context.clock,
    });
    this.#run = run;
    this.#transcript.lease = prompt.lease;
    this.#pass.setRun(prompt.runId);
    using _watchdog = this.#watch(run);
    let isEnded = false;
    try {
      if (this.#failure) await run.processEnded(this.#failure);
      if (!this.#continues()) this.#input.push(prompt);
      this.#hasRun = true;
      for (const message of this.#early.splice(0)) run.handle(message);
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

  push(message: Pick<AgentPrompt, 'inputId' | 'content'>): boolean {
    if (!this.isUsable || !this.#run?.accept(message.inputId)) return false;
    this.#input.push(message);
    return true;
  }

  answer(toolUseId: string, decision: ApprovalDecision): void {
    this.#run?.answered(toolUseId);
    this.#asks.answer(toolUseId, decision);
  }

  async interrupt(): Promise<void> {
    if (!this.#run || this.#failure) return;
    this.#run.noteInterrupt();
    try {
      if (this.#query) await interruptAll(this.#query);
    } catch {
      // The process ended before it could answer: it does nothing any more.
    }
  }

  kill(): Promise<void> {
    this.#killing ??= this.#kill();
    return this.#killing;
  }

  async #kill(): Promise<void> {
    this.#pass.stop();
    // Without a process the SDK is still reading the transcript, and only it can stop that.
    if (this.#held) await this.#held.kill();
    else this.#abort.abort();
    await this.exited;
  }

  /** Its first run is not begun by a prompt. */
  #continues(): boolean {
    return this.#spec.continues !== undefined && !this.#hasRun;
  }

  #start(): Query {
    const { directories, query } = launch(this.#spec, this.#context, {
      token: this.#pass.token,
      asks: this.#asks,
      transcript: this.#transcript,
      doors: createDoors(
        {
          policy: { onAsk: this.#spec.options.onAsk ?? 'deny', access: this.#spec.access },
          asks: this.#asks,
          started: (toolUseId) => this.#run?.callStarted(toolUseId),
          isRecorded: (toolUseId, signal) => this.#transcript.callStored(toolUseId, signal),
        },
        this.#spec.options.permissionMode,
      ),
      abortController: this.#abort,
      input: this.#input,
      onSpawn: (request) => {
        if (this.#killing) throw new Error('Killed before it was started.');
        this.#held = new HeldProcess(request);
        return this.#held.child;
      },
    });
    this.#directories = directories;
    return query;
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
    this.#noteStarted();
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
    // The first `status` says that a request to the model is on its way; a run without one has a result.
    if (message.type === 'result' || (message.type === 'system' && message.subtype === 'status')) {
      this.#noteStarted();
    }
    if (this.#run) return this.#run.handle(message);
    if (this.#continues()) return void this.#early.push(message);
    if (message.type !== 'system' || message.subtype !== 'session_state_changed') return;
    // A background shell has ended and the agent wants to go on: nobody asked for it, and its pass is not valid now.
    // The transcript has the news; the next run reads it there.
    if (message['state'] === 'running') void this.kill();
  }

  #watch(run: Run): Disposable {
    return watchRun(run, this.#pass, this.#context, {
      onSilence: () => {
        run.failWith(createFailure('unresponsive'));
        void this.kill();
      },
      onTimeout: () => {
        run.failWith(createFailure('timed_out'));
        void this.interrupt();
      },
      onTimeoutIgnored: () => void this.kill(),
    });
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
    const failure = findExitFailure(exit, {
      wasReady: this.#isReady,
      hasMemoryCap: this.#context.memoryBytes > 0,
      wasOutOfMemory: wasOutOfMemory && !this.#killing,
      cwdIsThere: await isDirectory(this.#spec.cwd),
    });
    if (this.#run && !this.#killing) {
      this.#log.warn(
        { ...exit, sessionId: this.sessionId, failure: failure.type },
        'An agent process ended in a run.',
      );
    }
    return failure;
  }

  readonly #logLeftover = (error: unknown): void => {
    this.#log.warn({ err: error }, 'The directories of an agent process could not be removed.');
  };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
