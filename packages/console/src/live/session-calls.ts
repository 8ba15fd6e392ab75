import {
  toBlocks,
  toFullOutput,
  toNumber,
  toOptionalText,
  toRecord,
  toText,
  type WireEvent,
  textOf,
} from './session-events.ts';
import type { CallApproval, CallItem, TaskState, ToolName } from './session-items.ts';
import { callAt, changeCall, type Line, type Place } from './session-line.ts';

const SUBAGENT_TOOLS = new Set(['Agent', 'Task']);

/** The calls of a session: their results, who was asked about them, and the subagents that work for them. */
export class Calls {
  readonly #byEvent = new Map<string, Place>();
  readonly #byCallId = new Map<string, Place>();
  readonly #byTask = new Map<string, Place>();
  readonly #open = new Set<string>();
  readonly #pending = new Set<string>();
  #published: readonly CallItem[] = [];

  /** The line in which an event belongs: the main one, or that of the subagent that it is of. */
  lineOf(event: WireEvent, main: Line): Line {
    const parent = toOptionalText(event['parent_tool_use_id']);
    const place = parent === undefined ? undefined : this.#byCallId.get(parent);
    return place ? place.line.child(place.index) : main;
  }

  begin(event: WireEvent, line: Line, common: { at: number; turn: number }): Place {
    const tool = toToolName(event);
    const callId = toText(event['call_id']);
    const place = line.add({
      kind: 'call',
      id: event.id,
      ...common,
      callId,
      tool,
      input: toRecord(event['input']),
      state: 'running',
      ...(typeof event['description'] === 'string' && { description: event['description'] }),
      ...(event['evaluated_permission'] === 'deny' && { refusal: {} }),
      fullInput: toFullOutput(event['full_output']),
    });
    this.#byEvent.set(event.id, place);
    if (callId) this.#byCallId.set(callId, place);
    this.#open.add(event.id);
    if (tool.kind === 'built_in' && SUBAGENT_TOOLS.has(tool.name)) line.child(place.index);
    if (line.parent) {
      line.parent.line.describe(line.parent.index, (about) => ({ ...about, calls: about.calls + 1 }));
    }
    return place;
  }

  end(event: WireEvent, at: number): undefined {
    const id = toText(event['tool_use_id'] ?? event['mcp_tool_use_id'] ?? event['custom_tool_use_id']);
    const place = this.#byEvent.get(id) ?? this.#byCallId.get(toText(event['call_id']));
    if (!place) return undefined;
    const content = toBlocks(event['content']);
    const before = callAt(place);
    const isCut = textOf(content).startsWith(CUT) && !(before && isDenied(before));
    const isError = event['is_error'] === true && !isCut;
    const decidedBy = toOptionalText(event['decided_by']);
    changeCall(place, (call) => ({
      ...call,
      state: isDenied(call) ? 'denied' : isCut ? 'stopped' : isError ? 'failed' : 'done',
      result: {
        at,
        content: isCut ? [] : content,
        isError,
        fullOutput: toFullOutput(event['full_output']),
      },
      ...(event.type === 'user.custom_tool_result' &&
        call.approval && {
          approval: { ...call.approval, state: 'allowed', answeredAt: at, ...(decidedBy && { decidedBy }) },
        }),
    }));
    this.#settle(place);
    const call = callAt(place);
    if (!call || !place.line.hasChild(place.index)) return undefined;
    place.line.describe(place.index, (about) =>
      about.isBackground ? about : { ...about, state: isCut ? 'stopped' : isError ? 'failed' : 'completed' },
    );
  }

  asked(event: WireEvent, at: number): undefined {
    const place = this.#byEvent.get(toText(event['tool_use_id']));
    if (place) this.#ask(place, at, toOptionalText(event['approval_id']));
  }

  /** `session.status_idle` names what needs an answer: on a server that does not tell it otherwise. */
  needed(eventIds: readonly unknown[], at: number): void {
    for (const id of eventIds) {
      const place = this.#byEvent.get(toText(id));
      if (place && callAt(place)?.approval === undefined) this.#ask(place, at, undefined);
    }
  }

  answered(event: WireEvent, at: number): undefined {
    const place = this.#byEvent.get(toText(event['tool_use_id']));
    if (!place) return undefined;
    const isAllowed = event['result'] === 'allow';
    const known = callAt(place)?.approval;
    // Told twice: when a person answers, and when the agent hears of it.
    if (known && known.state !== 'pending' && event.type === 'user.tool_confirmation') return undefined;
    const input = event['input'];
    changeCall(place, (call) => ({
      ...call,
      state: call.result ? call.state : isAllowed ? 'running' : 'denied',
      approval: {
        requestedAt: at,
        kind: kindOf(call),
        ...call.approval,
        state: isAllowed ? 'allowed' : 'denied',
        answeredAt: at,
        decidedBy: toOptionalText(event['decided_by']),
        denyMessage: toOptionalText(event['deny_message']),
        ...(input != null && { input: toRecord(input) }),
        ...(event['for_session'] === true && { forSession: true }),
      },
    }));
    this.#pending.delete(toText(event['tool_use_id']));
  }

  expired(event: WireEvent): undefined {
    const place = this.#byEvent.get(toText(event['tool_use_id']));
    if (!place) return undefined;
    changeCall(place, (call) => ({
      ...call,
      state: call.result ? call.state : 'stopped',
      approval: call.approval && { ...call.approval, state: 'expired' },
    }));
    this.#pending.delete(toText(event['tool_use_id']));
  }

  /** The agent's own rules refused it. */
  refused(callId: string, message: string | undefined): void {
    const place = this.#byCallId.get(callId);
    if (place) changeCall(place, (call) => ({ ...call, state: 'denied', refusal: { message } }));
  }

  /** What the agent says of work that a call started. */
  task(subtype: string, data: Record<string, unknown>): void {
    const taskId = toText(data['task_id']);
    const callId = toText(data['tool_use_id']);
    const place = this.#byTask.get(taskId) ?? this.#byCallId.get(callId);
    if (!place) return undefined;
    this.#byTask.set(taskId, place);
    const patch = toRecord(data['patch']);
    const isBackground = data['is_backgrounded'] ?? patch['is_backgrounded'];
    const state =
      toTaskState(data['status'] ?? patch['status']) ?? (subtype === 'task_started' ? 'running' : undefined);
    const call = callAt(place);
    if (!call) return;
    if (!place.line.hasChild(place.index)) {
      const goesOn = isBackground === true || call.background !== undefined;
      if (goesOn) changeCall(place, (one) => ({ ...one, background: state ?? one.background ?? 'running' }));
      return;
    }
    const usage = toRecord(data['usage']);
    const numbers = {
      tokens: toNumber(usage['total_tokens']),
      durationMs: toNumber(usage['duration_ms']),
      lastTool: toOptionalText(data['last_tool_name']),
      summary: subtype === 'task_notification' ? toOptionalText(data['summary']) : undefined,
    };
    const known = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
    place.line.describe(place.index, (about) => ({
      ...about,
      ...known,
      ...(typeof isBackground === 'boolean' && { isBackground }),
      ...(state && { state }),
    }));
  }

  /** The work is over: what has no result gets none. */
  stopAll(): void {
    for (const id of this.#open) {
      const place = this.#byEvent.get(id);
      if (place) changeCall(place, (call) => ({ ...call, state: isDenied(call) ? 'denied' : 'stopped' }));
    }
    for (const place of this.#byTask.values()) {
      const call = callAt(place);
      if (call?.background === 'running') changeCall(place, (one) => ({ ...one, background: 'stopped' }));
      if (!place.line.hasChild(place.index)) continue;
      place.line.describe(place.index, (about) =>
        about.state === 'running' ? { ...about, state: 'stopped' } : about,
      );
    }
    this.#open.clear();
    this.#pending.clear();
  }

  /** Those that wait for a person. The same list as before, unless it has changed. */
  publish(): readonly CallItem[] {
    const calls = [...this.#pending].flatMap((id) => {
      const place = this.#byEvent.get(id);
      return (place && callAt(place)) ?? [];
    });
    const isSame =
      calls.length === this.#published.length && calls.every((call, at) => call === this.#published[at]);
    return isSame ? this.#published : (this.#published = calls);
  }

  #ask(place: Place, at: number, approvalId: string | undefined): void {
    changeCall(place, (call) => ({
      ...call,
      state: 'waiting',
      approval: {
        state: 'pending',
        kind: kindOf(call),
        requestedAt: at,
        ...(approvalId !== undefined && { approvalId }),
      },
    }));
    const call = callAt(place);
    if (call) this.#pending.add(call.id);
  }

  #settle(place: Place): void {
    const call = callAt(place);
    if (!call) return;
    this.#open.delete(call.id);
    this.#pending.delete(call.id);
  }
}

function toToolName(event: WireEvent): ToolName {
  const name = toText(event['name']);
  switch (event.type) {
    case 'agent.mcp_tool_use':
      return { kind: 'mcp', server: toText(event['mcp_server_name']), name };
    case 'agent.custom_tool_use':
      return { kind: 'custom', name };
    default:
      return { kind: 'built_in', name };
  }
}

/** What a call comes to, in words for the model, when the work is stopped before it is done. */
const CUT = "The user doesn't want to proceed with this tool use.";

function kindOf({ tool }: CallItem): CallApproval['kind'] {
  if (tool.kind === 'custom') return 'custom_tool';
  return tool.kind === 'built_in' && tool.name === 'AskUserQuestion' ? 'question' : 'permission';
}

function isDenied({ approval, refusal }: CallItem): boolean {
  return approval?.state === 'denied' || refusal !== undefined;
}

function toTaskState(value: unknown): TaskState | undefined {
  switch (value) {
    case 'running':
    case 'completed':
    case 'failed':
    case 'stopped':
      return value;
    case 'killed':
      return 'stopped';
    default:
      return undefined;
  }
}
