import type { AgentEventBody, AgentOutput, AgentProcess } from '../agent/agent.ts';
import type { ModelRequestUsage, SessionErrorEvent } from '../domain/managed-events.ts';
import type { ModelUsage, SessionStateEvent, ToolUseEvent } from '../domain/event.ts';
import type { SessionState } from '../domain/session-state.ts';
import { toPublicTool } from '../domain/tool-names.ts';
import { createId } from '../lib/ids.ts';
import { toNewOutcome } from '../sessions/client-events.ts';
import { priceOf } from '../sessions/cost.ts';
import { withOutcome } from '../sessions/outcomes.ts';
import { changeState } from '../sessions/session.ts';
import type { Draft } from '../store/draft.ts';
import type { RunRecord, SessionRecord } from '../store/records.ts';
import type { ClaimedSession } from '../store/store.ts';
import { BackgroundTasks } from './background-tasks.ts';
import { collect } from './collect.ts';
import type { WorkerContext } from './context.ts';
import type { Lease } from './lease.ts';
import { LogWriter, type CommitPart } from './log-writer.ts';
import { McpTrouble } from './mcp-trouble.ts';
import { toTakenEvent } from './taken.ts';
import { TurnCalls } from './turn-calls.ts';
import { TurnLog } from './turn-log.ts';
import type { TurnMessages } from './turn-messages.ts';
import { RunUsage } from './usage.ts';

type RequestEnd = Extract<AgentOutput, { type: 'request_ended' }>;

/** What the log gets of an agent. */
type Written = Exclude<AgentOutput, { type: 'ended' | 'budget_reached' }>;

interface Parts {
  context: WorkerContext;
  lease: Lease;
  claimed: ClaimedSession;
  run: RunRecord;
  messages: TurnMessages;
  process(): AgentProcess | undefined;
}

/** Moves what an agent says into the log of its session, and keeps the session's row in step with it. */
export class TurnOutput implements Disposable {
  readonly writer: LogWriter;
  readonly log: TurnLog;
  /** What the session has to do without, and nobody has heard of yet. */
  readonly troubles: SessionErrorEvent[] = [];
  readonly #parts: Parts;
  readonly #calls: TurnCalls;
  readonly #draft: Draft;
  readonly #usage: RunUsage;
  readonly #tasks = new BackgroundTasks();
  readonly #mcp = new McpTrouble();
  readonly #withdrawn: string[] = [];
  /** As this turn has left it, written or about to be. */
  #session: SessionRecord;
  #changedAt = 0;
  #unwritten = 0;

  constructor(parts: Parts) {
    const { context, lease, claimed, run, process } = parts;
    this.#parts = parts;
    this.#session = claimed.session;
    // What cannot be told must not go on and cost.
    this.writer = new LogWriter(context.store, context.clock, lease, () => void process()?.kill());
    this.#draft = context.store.hints.openDraft(lease.sessionId);
    this.log = new TurnLog(this.writer, run.id, this.#draft);
    this.#usage = new RunUsage(run, claimed.session.totalCostUsd);
    this.#calls = new TurnCalls({
      context,
      lease,
      run,
      writer: this.writer,
      isManaged: claimed.session.agent !== null,
      goTo: (state) =>
        this.writer.add(
          state === 'running'
            ? this.changeState('running')
            : this.changeState('waiting', { eventIds: state.waitsFor }),
        ),
      process,
    });
  }

  get session(): SessionRecord {
    return this.#session;
  }

  /** Events that are on their way to the disk. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /** The session waits for its client, and can do so without its process. */
  get canPark(): boolean {
    return this.#calls.canPark;
  }

  /** Since when it can be parked; undefined: it cannot. Monotonic. */
  get parkableSince(): number | undefined {
    return this.#calls.canPark && this.#tasks.isEmpty ? this.#changedAt : undefined;
  }

  [Symbol.dispose](): void {
    this.#calls[Symbol.dispose]();
    this.#draft[Symbol.dispose]();
  }

  async write(output: Written): Promise<void> {
    const { context, lease, messages } = this.#parts;
    // A process that goes takes its calls back with its last breath; only one that goes on means it.
    if (output.type !== 'ask_withdrawn') {
      for (const toolUseId of this.#withdrawn.splice(0)) this.#calls.withdraw(toolUseId);
    }
    // Its client finds what the agent wrote for it when it hears that the session waits.
    if (this.#calls.mayWait && mayEndWork(output))
      this.writer.add({ events: await collect(context, lease, this.#session) });
    switch (output.type) {
      case 'taken':
        this.take(output.inputId);
        break;
      case 'recorded':
        // Not earlier: a session with this id is resumed from its transcript.
        this.commit({ session: { agentSessionId: messages.agentSessionId } });
        break;
      case 'preview':
        this.log.preview(output.preview);
        break;
      case 'request_started':
        this.take(messages.firstId);
        this.writer.add(this.log.requestStarted());
        this.#calls.answering(true);
        break;
      case 'request_ended':
        this.#endRequest(output);
        this.#calls.answering(false);
        break;
      case 'call_started':
        this.#calls.started(output.toolUseId);
        break;
      case 'ask':
        await this.#calls.reached(output.ask, this.log.eventIdOf(output.ask.toolUseId));
        break;
      case 'ask_withdrawn':
        this.#withdrawn.push(output.toolUseId);
        break;
      case 'event':
        await this.#writeEvent(output.body);
        break;
    }
  }

  /** A message goes into the log when it is taken. */
  take(inputId: string): void {
    const { context, run, messages } = this.#parts;
    const taken = messages.take(inputId);
    if (!taken) return;
    const event = toTakenEvent({ id: inputId, runId: run.id, ...taken }, context.clock.now());
    const outcome = taken.outcome && { ...toNewOutcome(taken.outcome), result: 'running' as const };
    this.commit({
      events: [event],
      consumeInputIds: [inputId],
      ...(outcome && { session: { outcomes: withOutcome(this.#session.outcomes, outcome) } }),
    });
  }

  /** Writes this, and takes the session to be as it says. */
  commit(part: CommitPart): void {
    this.#session = { ...this.#session, ...part.session };
    this.writer.add(part);
  }

  /** What another agent says that works for this run: only what it costs is of interest here. */
  countBeside(output: AgentOutput): void {
    if (output.type === 'request_ended') this.commit(this.#countCost(output));
    else if (output.type === 'event' && output.body.type === 'run.result') {
      this.commit(this.#usage.addBeside(output.body.result));
    }
  }

  /** Writes of what the session has to do without, after the prompt. */
  tellTroubles(): void {
    if (this.troubles.length === 0) return;
    this.take(this.#parts.messages.firstId);
    this.writer.add({ events: this.troubles.splice(0).map((trouble) => this.writer.createEvent(trouble)) });
  }

  /** The part of a commit that puts the session into another state. */
  changeState(to: SessionState, waitsFor?: SessionStateEvent['waitsFor']): CommitPart {
    const { context, run } = this.#parts;
    const now = context.clock.now();
    const view = { session: this.#session, run };
    const change = changeState(view, { to, eventId: createId(now), now, waitsFor });
    this.#session = { ...this.#session, ...change.session };
    this.#changedAt = context.clock.monotonic();
    return { session: change.session, events: [change.event] };
  }

  async flush(): Promise<void> {
    await this.writer.flush();
    this.#unwritten = 0;
  }

  async #writeEvent(body: AgentEventBody): Promise<void> {
    // The prompt comes first in the log, whatever the agent reports first.
    this.take(this.#parts.messages.firstId);
    this.#unwritten++;
    this.#tasks.observe(body);
    const event = this.log.toEvent(body);
    const asked =
      body.type === 'agent.tool_use' && needsClient(body) ? await this.#calls.announced(body, event.id) : {};
    const usage: CommitPart = body.type === 'run.result' ? this.#usage.add(body.result) : {};
    const troubles = body.type === 'agent.system' ? this.#mcp.observe(body) : [];
    const counted = this.#countWeb(body);
    this.commit({
      ...asked,
      ...usage,
      session: { ...usage.session, ...counted },
      events: [
        event,
        ...(asked.events ?? []),
        ...troubles.map((trouble) => this.writer.createEvent(trouble)),
      ],
    });
    if (body.type === 'agent.tool_result') this.#calls.ended(body.toolUseId);
  }

  /** Searches and pages are counted when they have been had. */
  #countWeb(body: AgentEventBody): Partial<Pick<SessionRecord, 'usage'>> {
    if (body.type !== 'agent.tool_result' || body.isError) return {};
    const name = this.log.nameOf(body.toolUseId);
    const { usage } = this.#session;
    if (name === 'WebSearch') return { usage: { ...usage, webSearchRequests: usage.webSearchRequests + 1 } };
    if (name === 'WebFetch') return { usage: { ...usage, webFetchRequests: usage.webFetchRequests + 1 } };
    return {};
  }

  #endRequest(output: RequestEnd): void {
    const { isError, model, usage } = output;
    const end = { isError, model, costUsd: costOf(output), usage };
    const part = this.log.requestEnded(end, this.#session.usage);
    const cost = this.#countCost(output);
    this.commit({ ...part, ...cost, session: { ...part.session, ...cost.session } });
  }

  #countCost(output: RequestEnd): CommitPart {
    const costUsd = costOf(output);
    return costUsd === null ? {} : this.#usage.spent(costUsd);
  }
}

/** Whether there may be nothing more to do after it than to wait. */
function mayEndWork({ type, ...rest }: Written): boolean {
  if (type === 'ask' || type === 'request_ended') return true;
  return 'body' in rest && rest.body.type === 'agent.tool_result';
}

function costOf({ model, usage }: RequestEnd): number | null {
  return model === null ? null : priceOf(model, toModelUsage(usage));
}

function toModelUsage(usage: ModelRequestUsage): Omit<ModelUsage, 'costUsd'> {
  const { inputTokens, outputTokens, cacheReadInputTokens } = usage;
  const cacheCreationInputTokens = usage.cacheCreation5mInputTokens + usage.cacheCreation1hInputTokens;
  return { inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens };
}

/** With an agent of `/v1`: its policy asks, or the client itself has the tool. */
function needsClient({ permission, name }: ToolUseEvent): boolean {
  if (!permission || permission.evaluated === 'deny') return false;
  return permission.evaluated === 'ask' || toPublicTool(name).kind === 'custom';
}
