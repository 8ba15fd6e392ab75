import { Calls } from './session-calls.ts';
import {
  textOf,
  toBlocks,
  toFullOutput,
  toNumber,
  toOptionalText,
  toRecord,
  toText,
  toTime,
  type WireEvent,
} from './session-events.ts';
import type { Activity, ConversationItem, NoticeItem, SessionSnapshot } from './session-items.ts';
import { Line, type Place } from './session-line.ts';
import { readEnd, readError, readResult } from './session-ends.ts';
import { Outcomes } from './session-outcomes.ts';
import { Spans } from './session-spans.ts';
import { Todos } from './session-todos.ts';

type Reduced = Pick<
  SessionSnapshot,
  | 'activity'
  | 'items'
  | 'pending'
  | 'spans'
  | 'todos'
  | 'cwd'
  | 'contextTokens'
  | 'lastEventId'
  | 'eventCount'
>;

/** Makes the conversation out of the events of a session, one at a time. What it gives out is never changed. */
export class SessionReducer {
  readonly #main = new Line();
  readonly #calls = new Calls();
  readonly #spans = new Spans();
  readonly #outcomes = new Outcomes();
  readonly #todos = new Todos();
  /** Where the item of an event stands; every event that was seen has an entry. */
  readonly #places = new Map<string, Place | undefined>();
  #activity: Activity = { state: 'new', since: 0 };
  #lastEventId: string | undefined;
  #cwd: string | undefined;
  #turn = -1;
  /** Somebody has spoken in this stretch of work. */
  #hasSpoken = false;
  /** Why the last request failed, in the agent's words: for the error that follows. */
  #words: string | undefined;
  #isStopTold = false;
  /** Where the last error stands, until the work goes on. */
  #error: Place | undefined;
  /** When the last thing of the request under way was there. */
  #lastPartAt: number | undefined;

  /** False: it has been there already. */
  apply(event: WireEvent): boolean {
    if (this.#places.has(event.id)) return false;
    const at = toTime(event['processed_at']) ?? this.#activity.since;
    this.#places.set(event.id, this.#reduce(event, at));
    this.#lastEventId = event.id;
    return true;
  }

  snapshot(): Reduced {
    return {
      activity: this.#activity,
      items: this.#main.publish(),
      pending: this.#calls.publish(),
      todos: this.#todos.all,
      eventCount: this.#places.size,
      ...this.#spans.publish(),
      ...(this.#cwd !== undefined && { cwd: this.#cwd }),
      ...(this.#lastEventId !== undefined && { lastEventId: this.#lastEventId }),
    };
  }

  /** The place of the item that the event has made, if it has made one. */
  #reduce(event: WireEvent, at: number): Place | undefined {
    switch (event.type) {
      case 'user.message':
        return this.#addMessage(event, at);
      case 'agent.message':
      case 'agent.thinking':
        return this.#addAnswer(event, at);
      case 'agent.tool_use':
      case 'agent.mcp_tool_use':
      case 'agent.custom_tool_use':
        return this.#addCall(event, at);
      case 'agent.tool_result':
      case 'agent.mcp_tool_result':
      case 'user.custom_tool_result':
        this.#todos.answered(event);
        return this.#calls.end(event, at);
      case 'user.tool_confirmation':
      case 'bullpen.approval_answered':
        return this.#calls.answered(event, at);
      case 'bullpen.approval_requested':
        return this.#calls.asked(event, at);
      case 'bullpen.approval_expired':
        return this.#calls.expired(event);
      case 'span.model_request_start':
        this.#lastPartAt = at;
        return this.#spans.start(event, at);
      case 'span.model_request_end':
        return this.#spans.end(event, at);
      case 'bullpen.agent_system':
        return this.#tell(toText(event['subtype']), toRecord(event['data']));
      case 'bullpen.agent_error':
        this.#words = toOptionalText(event['text']);
        return undefined;
      case 'session.error':
        return this.#addError(event, at);
      case 'bullpen.run_result':
        return this.#addResult(event, at);
      case 'user.define_outcome':
        return this.#outcomes.define(event, this.#main, this.#common(event, at));
      case 'span.outcome_evaluation_start':
      case 'span.outcome_evaluation_ongoing':
      case 'span.outcome_evaluation_end':
        return this.#outcomes.evaluate(event, at);
      default:
        return this.#changeState(event, at);
    }
  }

  #changeState(event: WireEvent, at: number): Place | undefined {
    switch (event.type) {
      case 'bullpen.status_queued':
        this.#activity = { state: 'queued', since: at };
        return undefined;
      case 'session.status_running':
        return this.#goOn(at);
      case 'session.status_rescheduled':
        return this.#reschedule(event, at);
      case 'session.status_idle':
        return this.#rest(event, at);
      case 'session.status_terminated':
        this.#activity = { state: 'archived', since: at };
        return this.#notice(event, at, { type: 'archived' });
      case 'session.deleted':
        this.#activity = { state: 'deleted', since: at };
        this.#calls.stopAll();
        return this.#notice(event, at, { type: 'deleted' });
      case 'session.updated':
        if ('title' in event) {
          return this.#notice(event, at, { type: 'renamed', title: toOptionalText(event['title']) ?? null });
        }
        return 'agent' in event ? this.#notice(event, at, { type: 'agent_changed' }) : undefined;
      case 'user.interrupt':
        return this.#stop(event, at);
      case 'agent.thread_context_compacted':
        return this.#notice(event, at, {
          type: 'compacted',
          trigger: toOptionalText(event['trigger']),
          preTokens: toNumber(event['pre_tokens']),
        });
      case 'bullpen.run_recovered':
        return this.#recover(event, at);
      default:
        return undefined;
    }
  }

  #addMessage(event: WireEvent, at: number): Place {
    const isFollowUp = this.#hasSpoken;
    if (!isFollowUp) this.#turn++;
    this.#hasSpoken = true;
    return this.#main.add({
      kind: 'user',
      ...this.#common(event, at),
      content: toBlocks(event['content']),
      isFollowUp,
    });
  }

  #addAnswer(event: WireEvent, at: number): Place {
    const line = this.#calls.lineOf(event, this.#main);
    const before = line === this.#main ? this.#lastPartAt : undefined;
    if (line === this.#main) this.#lastPartAt = at;
    const common = this.#common(event, at);
    if (event.type === 'agent.message') {
      const text = textOf(toBlocks(event['content']));
      return line.add({ kind: 'text', ...common, text, fullOutput: toFullOutput(event['full_output']) });
    }
    const durationMs = before === undefined ? undefined : Math.max(0, at - before);
    return line.add({ kind: 'thinking', ...common, text: toText(event['thinking']), durationMs });
  }

  #addCall(event: WireEvent, at: number): Place {
    const line = this.#calls.lineOf(event, this.#main);
    if (line === this.#main) this.#todos.called(event);
    const description = this.#todos.subjectOf(event);
    const told = description === undefined ? event : { ...event, description };
    return this.#calls.begin(told, line, { at, turn: this.#turn });
  }

  #addError(event: WireEvent, at: number): Place | undefined {
    const shown = { ...readError(event), words: this.#words };
    if (shown.retry !== 'retrying') this.#words = undefined;
    const { last } = this.#main;
    if (last?.kind === 'error' && last.retry === 'retrying' && last.type === shown.type) {
      const times = shown.retry === 'retrying' ? last.times + 1 : last.times;
      this.#main.set(this.#main.length - 1, { ...last, ...shown, at, times, isOver: false });
      return (this.#error = { line: this.#main, index: this.#main.length - 1 });
    }
    const common = this.#common(event, at);
    return (this.#error = this.#main.add({ kind: 'error', ...common, ...shown, times: 1 }));
  }

  #goOn(at: number): undefined {
    this.#isStopTold = false;
    // After a retry it is told again.
    if (this.#activity.state !== 'running') this.#activity = { state: 'running', since: at };
    const error = this.#error && this.#main.get(this.#error.index);
    if (this.#error && error?.kind === 'error') this.#main.set(this.#error.index, { ...error, isOver: true });
    this.#error = undefined;
  }

  #addResult(event: WireEvent, at: number): Place {
    return this.#main.add({ kind: 'result', ...this.#common(event, at), ...readResult(event) });
  }

  #tell(subtype: string, data: Record<string, unknown>): undefined {
    if (subtype === 'init') this.#cwd = toOptionalText(data['cwd']) ?? this.#cwd;
    if (subtype.startsWith('task_')) this.#calls.task(subtype, data);
    if (subtype === 'permission_denied') {
      this.#calls.refused(toText(data['tool_use_id']), toOptionalText(data['message']));
    }
  }

  #reschedule(event: WireEvent, at: number): Place | undefined {
    const attempt = toNumber(event['attempt']);
    const retryAt = toTime(event['retry_at']);
    const waitsForNode = toOptionalText(event['waits_for_node']);
    this.#activity = {
      state: 'rescheduling',
      since: at,
      ...(retryAt !== undefined && { retryAt }),
      ...(waitsForNode !== undefined && { waitsForNode }),
    };
    const { last } = this.#main;
    // The error that was said just before says it already.
    if (last?.kind === 'error' && last.retry === 'retrying') return undefined;
    return this.#notice(event, at, { type: 'rescheduled', attempt, retryAt, waitsForNode });
  }

  #rest(event: WireEvent, at: number): Place | undefined {
    const reason = toRecord(event['stop_reason']);
    const eventIds = reason['event_ids'];
    if (reason['type'] === 'requires_action' || reason['type'] === 'budget_reached') {
      const isBudget = reason['type'] === 'budget_reached';
      this.#activity = { state: 'waiting', since: at, waitsFor: isBudget ? 'budget' : 'approval' };
      if (Array.isArray(eventIds)) this.#calls.needed(eventIds, at);
      return isBudget ? this.#notice(event, at, { type: 'budget_reached' }) : undefined;
    }
    this.#calls.stopAll();
    this.#hasSpoken = false;
    const end = readEnd(event, reason['type']);
    this.#activity = { ...end, since: at };
    if (reason['type'] === 'refusal') return this.#notice(event, at, { type: 'refused' });
    return end.state === 'cancelled' ? this.#stop(event, at) : undefined;
  }

  /** That somebody stopped the work: once, however often and by whatever it is told. */
  #stop(event: WireEvent, at: number): Place | undefined {
    if (this.#isStopTold) return undefined;
    this.#isStopTold = true;
    return this.#notice(event, at, { type: 'stopped' });
  }

  #recover(event: WireEvent, at: number): Place {
    const abandoned = event['abandoned_event_ids'];
    const ids = Array.isArray(abandoned) ? abandoned.map(toText) : [];
    for (const id of ids) {
      const place = this.#places.get(id);
      const item = place?.line.get(place.index);
      if (place && item) place.line.set(place.index, { ...item, isAbandoned: true });
    }
    return this.#notice(event, at, {
      type: 'recovered',
      attempt: toNumber(event['attempt']) ?? 0,
      how: toText(event['how']),
      abandoned: ids.length,
    });
  }

  #notice(event: WireEvent, at: number, notice: NoticeItem['notice']): Place {
    return this.#main.add({ kind: 'notice', ...this.#common(event, at), notice });
  }

  #common({ id }: WireEvent, at: number): Pick<ConversationItem, 'id' | 'at' | 'turn'> {
    return { id, at, turn: Math.max(0, this.#turn) };
  }
}
