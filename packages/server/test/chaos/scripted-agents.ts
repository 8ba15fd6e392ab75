import { randomUUID } from 'node:crypto';
import type { AgentOutput, AgentPrompt, AgentProcess, AgentSpec } from '#src/agent/agent.ts';
import type { ApprovalDecision } from '#src/domain/approval.ts';
import { createFailure } from '#src/domain/failure.ts';
import { ScriptedGrader } from './scripted-grader.ts';
import type { Store } from '#src/store/store.ts';

/** What an agent does in a run, step by step: the prompt is this as JSON. */
export type Step = 'text' | 'tool' | 'ask';

export type Verdict = 'satisfied' | 'needs_revision' | 'failed';

/** What happened outside of the server: no crash of it undoes this. */
export class Outside {
  /** How often each tool call has run. */
  readonly toolRuns = new Map<string, number>();
  /** Agent processes alive, by session. */
  readonly alive = new Map<string, number>();
  readonly faults: string[] = [];
  /** What graders will say, by session; then they are content. */
  readonly verdicts = new Map<string, Verdict[]>();

  nextVerdict(sessionId: string): Verdict {
    return this.verdicts.get(sessionId)?.shift() ?? 'satisfied';
  }

  begin(sessionId: string): void {
    const count = (this.alive.get(sessionId) ?? 0) + 1;
    this.alive.set(sessionId, count);
    if (count > 1) this.faults.push(`Two processes of session ${sessionId}`);
  }

  end(sessionId: string): void {
    this.alive.set(sessionId, (this.alive.get(sessionId) ?? 0) - 1);
  }

  runTool(callId: string): void {
    const count = (this.toolRuns.get(callId) ?? 0) + 1;
    this.toolRuns.set(callId, count);
    if (count > 1) this.faults.push(`Tool call ${callId} ran ${count} times`);
  }
}

interface Entry {
  type: string;
  uuid: string;
  message?: { content: string | { type: string; id?: string; text?: string; tool_use_id?: string }[] };
  attachment?: { type: string; toolUseID: string };
}

/**
 * Agents that keep a transcript in the store and go on from it, as the real binary does (contract-recovery.test.ts and
 * approvals.test.ts compare the two), without a process. They die with their server.
 */
export class ScriptedAgents {
  readonly #store: Store;
  readonly #outside: Outside;
  readonly isHoldingBack = false;
  readonly isWarm = (): boolean => false;
  #isDead = false;
  readonly #processes = new Map<string, AgentProcess>();

  constructor(store: Store, outside: Outside) {
    this.#store = store;
    this.#outside = outside;
  }

  async acquire(spec: AgentSpec): Promise<AgentProcess> {
    const key = `${spec.sessionId} ${spec.role}`;
    await this.#processes.get(key)?.kill();
    // The dead start nothing.
    if (this.#isDead) return new Promise(() => undefined);
    const process =
      spec.role === 'grader'
        ? new ScriptedGrader(spec, this.#outside)
        : new ScriptedAgent(spec, this.#store, this.#outside);
    this.#processes.set(key, process);
    return process;
  }

  release(process: AgentProcess): Promise<void> {
    return process.kill();
  }

  async evict(sessionId: string): Promise<void> {
    for (const process of this.#processes.values()) if (process.sessionId === sessionId) await process.kill();
  }

  /** With their server. */
  die(): void {
    this.#isDead = true;
    for (const process of this.#processes.values()) void process.kill();
  }
}

class ScriptedAgent implements AgentProcess {
  readonly sessionId: string;
  readonly fingerprint = '';
  readonly pid = undefined;
  readonly exited: Promise<void>;
  readonly #spec: AgentSpec;
  readonly #store: Store;
  readonly #outside: Outside;
  readonly #decisions = new Map<string, ApprovalDecision>();
  #wake: () => void = () => undefined;
  #exit: () => void = () => undefined;
  #isDead = false;

  constructor(spec: AgentSpec, store: Store, outside: Outside) {
    this.sessionId = spec.sessionId;
    this.#spec = spec;
    this.#store = store;
    this.#outside = outside;
    this.exited = new Promise((resolve) => (this.#exit = resolve));
    outside.begin(spec.sessionId);
  }

  push(): boolean {
    return false;
  }

  answer(toolUseId: string, decision: ApprovalDecision): void {
    if (!this.#decisions.has(toolUseId)) this.#decisions.set(toolUseId, decision);
    this.#wake();
  }

  interrupt(): Promise<void> {
    return this.kill();
  }

  async kill(): Promise<void> {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#outside.end(this.sessionId);
    this.#wake();
    this.#exit();
  }

  async *run(prompt: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    for await (const output of this.#work(prompt)) {
      if (this.#isDead) break;
      yield output;
    }
    const failure = this.#isDead ? createFailure('process_died') : null;
    yield { type: 'ended', end: { failure, result: null, reusable: false } };
  }

  async *#work({ runId, inputId, content }: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    const entries = await this.#load();
    if (!this.#spec.continues) {
      const entry = { type: 'user', uuid: inputId, message: { content } };
      entries.push(entry);
      yield { type: 'taken', inputId };
      await this.#append(entry);
      yield { type: 'recorded' };
    }
    const start = entries.findLastIndex((entry) => textIn(entry) !== undefined);
    const steps = stepsIn(textIn(entries[start]));
    const since = entries.slice(start + 1);
    const held = since.at(-1)?.attachment?.toolUseID;
    if (held !== undefined) yield* this.#finishCall(held);
    const done = since.filter(({ type }) => type === 'assistant').length;
    for (const [index, step] of steps.slice(done).entries()) {
      if (this.#isDead) return;
      const isLast = done + index === steps.length - 1;
      yield* step === 'text' ? this.#say(isLast) : this.#call(step);
    }
    yield { type: 'event', body: { type: 'run.result', runId, result: resultOf(this.#spec.agentSessionId) } };
  }

  async *#say(isLast: boolean): AsyncGenerator<AgentOutput, void> {
    const uuid = randomUUID();
    const common = { messageId: uuid, model: 'm', uuid, parentToolUseId: null };
    yield { type: 'event', body: { type: 'agent.message', ...common, text: 'Words' } };
    await this.#append({
      type: 'assistant',
      uuid,
      message: {
        id: uuid,
        model: 'm',
        content: [{ type: 'text', text: 'Words' }],
        stop_reason: isLast ? 'end_turn' : null,
      },
    });
  }

  async *#call(step: Step): AsyncGenerator<AgentOutput, void> {
    const uuid = randomUUID();
    const id = `call-${uuid}`;
    const common = { messageId: uuid, model: 'm', uuid, parentToolUseId: null };
    yield {
      type: 'event',
      body: { type: 'agent.tool_use', ...common, toolUseId: id, name: 'Bash', input: {} },
    };
    await this.#append({
      type: 'assistant',
      uuid,
      message: {
        id: uuid,
        model: 'm',
        content: [{ type: 'tool_use', id, name: 'Bash', input: {} }],
        stop_reason: 'tool_use',
      },
    });
    if (step === 'ask') {
      const ask = {
        toolUseId: id,
        kind: 'permission' as const,
        name: 'Bash',
        input: {},
        rules: [],
        reason: null,
      };
      yield { type: 'ask', ask: { ...ask, parentToolUseId: null } };
      while (!this.#isDead && !this.#decisions.has(id)) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    yield* this.#finishCall(id);
  }

  /** Runs it, unless it was denied, and tells how it ended. */
  async *#finishCall(id: string): AsyncGenerator<AgentOutput, void> {
    if (this.#isDead) return;
    const isDenied = this.#decisions.get(id)?.behavior === 'deny';
    if (!isDenied) this.#outside.runTool(id);
    const uuid = randomUUID();
    const content = [{ type: 'tool_result', tool_use_id: id, content: 'ok', is_error: isDenied }];
    await this.#append({ type: 'user', uuid, message: { content } });
    yield {
      type: 'event',
      body: {
        type: 'agent.tool_result',
        parentToolUseId: null,
        toolUseId: id,
        content: 'ok',
        isError: isDenied,
        uuid,
      },
    };
  }

  async #load(): Promise<Entry[]> {
    const { tenantId, sessionId, agentSessionId } = this.#spec;
    const lines = await this.#store.loadTranscript(tenantId, sessionId, { agentSessionId, subpath: '' });
    return (lines ?? []).map((line) => JSON.parse(line) as Entry);
  }

  /** Resolves when it is stored: never, in a process that has died. */
  async #append(entry: { uuid: string; [field: string]: unknown }): Promise<void> {
    const { tenantId, sessionId, agentSessionId, leaseEpoch } = this.#spec;
    if (this.#isDead) return;
    const part = { agentSessionId, subpath: '' };
    const lines = [{ uuid: entry.uuid, entry: JSON.stringify(entry) }];
    await this.#store.appendTranscript(tenantId, sessionId, leaseEpoch, part, lines);
  }
}

/** What a person, or the server, said with this entry. */
function textIn(entry: Entry | undefined): string | undefined {
  const { content } = entry?.type === 'user' && entry.message ? entry.message : {};
  return typeof content === 'string' ? content : content?.findLast(({ type }) => type === 'text')?.text;
}

/** What a grader says has no steps in it: there is something to be said about that. */
function stepsIn(text = '[]'): Step[] {
  return text.startsWith('[') ? (JSON.parse(text) as Step[]) : ['tool', 'text'];
}

function resultOf(agentSessionId: string) {
  return {
    subtype: 'success',
    isError: false,
    agentSessionId,
    durationMs: 1,
    durationApiMs: 1,
    numTurns: 1,
    totalCostUsd: 0,
    result: 'Words',
    usage: {},
    modelUsage: {},
  };
}
