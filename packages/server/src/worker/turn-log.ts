import type { AgentEventBody } from '../agent/agent.ts';
import type { ModelRequestEndedEvent } from '../domain/managed-events.ts';
import type { SessionUsage } from '../domain/managed-session.ts';
import type { NewEvent } from '../domain/event.ts';
import { addTokens } from '../domain/tokens.ts';
import type { TextPiece } from '../domain/text-piece.ts';
import type { Draft } from '../store/draft.ts';
import type { CommitPart, LogWriter } from './log-writer.ts';

/**
 * Gives what the agent says its place among the rest: results know the event of their call, ends of model requests the
 * event of their beginning, and the session's usage is the sum of those ends.
 */
export class TurnLog {
  readonly #writer: LogWriter;
  readonly #runId: string;
  /** What the agent writes, until it is an event. */
  readonly #draft: Draft;
  readonly #calls = new Map<string, { eventId: string; name: string }>();
  #openRequest: string | undefined;
  /** The block that is being written: its event has its id already. */
  #preview: { messageId: string; index: number; id: string } | undefined;
  #isRetrying = false;

  constructor(writer: LogWriter, runId: string, draft: Draft) {
    this.#writer = writer;
    this.#runId = runId;
    this.#draft = draft;
  }

  get hasOpenRequest(): boolean {
    return this.#openRequest !== undefined;
  }

  /** The id of the event of a call; undefined: it was made before this turn, or not at all. */
  eventIdOf(toolUseId: string): string | undefined {
    return this.#calls.get(toolUseId)?.eventId;
  }

  /** The tool that a call is of. */
  nameOf(toolUseId: string): string | undefined {
    return this.#calls.get(toolUseId)?.name;
  }

  /** A call of an earlier part of the run. */
  remember(toolUseId: string, call: { eventId: string; name: string }): void {
    this.#calls.set(toolUseId, call);
  }

  toEvent(body: AgentEventBody): NewEvent {
    if (body.type === 'agent.system' && body.subtype === 'api_retry') this.#isRetrying = true;
    const event = this.#writer.createEvent(this.#withCall(body));
    if (this.#isPreviewed(body)) {
      event.id = this.#preview?.id ?? event.id;
      this.#preview = undefined;
    }
    if (isBlock(body)) this.#draft.becameEvent(body.parentToolUseId);
    if (body.type === 'agent.tool_use') {
      this.#calls.set(body.toolUseId, { eventId: event.id, name: body.name });
    }
    return event;
  }

  #withCall(body: AgentEventBody): AgentEventBody {
    if (body.type !== 'agent.tool_result') return body;
    const call = this.#calls.get(body.toolUseId);
    return call ? { ...body, call } : body;
  }

  /** A piece of a block gets the ids of the events between which it belongs. */
  preview(preview: TextPiece): void {
    if (preview.parentToolUseId !== null) return this.#draft.add(preview);
    const { messageId, index } = preview;
    if (this.#preview?.messageId !== messageId || this.#preview.index !== index) {
      this.#preview = { messageId, index, id: this.#writer.createId() };
    }
    this.#draft.add({ ...preview, eventId: this.#preview.id, requestEventId: this.#openRequest });
  }

  /** A block comes when its last piece has come, and before the next block begins. */
  #isPreviewed(body: AgentEventBody): boolean {
    return isBlock(body) && body.parentToolUseId === null && body.messageId === this.#preview?.messageId;
  }

  requestStarted(): CommitPart {
    const event = this.#writer.createEvent({
      type: 'model.request_started',
      runId: this.#runId,
      ...(this.#isRetrying && { afterRetry: true }),
    });
    this.#isRetrying = false;
    this.#openRequest = event.id;
    this.#draft.requestStarted(event.id);
    return { events: [event] };
  }

  /** `before`: what the session had used. Nothing, if none is open. */
  requestEnded(
    end: Pick<ModelRequestEndedEvent, 'isError' | 'usage' | 'model' | 'costUsd'>,
    before: SessionUsage,
  ): CommitPart {
    const startedEventId = this.#openRequest;
    if (startedEventId === undefined) return {};
    this.#openRequest = undefined;
    this.#draft.requestEnded();
    const event = this.#writer.createEvent({
      type: 'model.request_ended',
      runId: this.#runId,
      startedEventId,
      ...end,
    });
    return { events: [event], session: { usage: addTokens(before, end.usage) } };
  }
}

/** Whether it is text that was written piece by piece. */
function isBlock(
  body: AgentEventBody,
): body is Extract<AgentEventBody, { type: 'agent.message' | 'agent.thinking' }> {
  return body.type === 'agent.message' || body.type === 'agent.thinking';
}
