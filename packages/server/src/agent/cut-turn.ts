import type { ApprovalDecision } from '../domain/approval.ts';
import type { Content } from '../domain/content.ts';
import type { AgentResult } from '../domain/event.ts';
import type { AgentEventBody, Continuation } from './agent.ts';
import { parseAgentMessage } from './messages.ts';
import { deniedMessage } from './policy.ts';
import { blocksOf, parseEntry, type Entry } from './transcript-entry.ts';
import { TranscriptWriter, type Call } from './transcript-writer.ts';
import { translate } from './translate.ts';

/*
 * What to do with a turn that was cut: read off the agent's transcript, which alone decides what the agent remembers.
 * The format is the agent's own and not documented; test/e2e/contract-recovery.test.ts holds what is used here.
 */

/** How a cut turn goes on. */
export type CutTurnPlan =
  /** The agent has not recorded the prompt: it is sent again, with its id. */
  | { how: 'send_again' }
  /**
   * `append` goes into the transcript, then a process continues by itself; or, where the agent would wait for a prompt,
   * it is told to with `nudge`: after an answer that was cut short, after a refused request, and when background work is
   * lost.
   */
  | ({ how: 'continue'; begin: CutTurnBegin } & Recorded)
  /** The agent had finished; only nobody had heard of it. */
  | ({ how: 'finished'; result: AgentResult } & Recorded);

export type CutTurnBegin =
  /**
   * `step`: several calls that waited may go on, and the agent asks again for one at a time only. A process does this
   * one; it is killed when the result is recorded, and the next one is planned anew.
   */
  | { continues: Continuation; step?: string | undefined }
  | { nudge: string }
  /** These messages of the client, which the agent has not recorded, begin a round of their own. */
  | { messages: readonly TakenMessage[] };

/** A message that the log has, and so the agent should. */
export interface TakenMessage {
  id: string;
  content: Content;
}

export interface Recorded {
  append: { uuid: string; entry: string }[];
  /** What the transcript has of this turn, with what is appended, in the log's words. */
  events: AgentEventBody[];
}

export interface CutTurn {
  runId: string;
  agentSessionId: string;
  promptId: string;
  /** What a person decided about calls that waited, by tool call. */
  decisions: ReadonlyMap<string, ApprovalDecision>;
  /** Messages that came while the agent worked, and that it had taken. */
  messages: readonly TakenMessage[];
  /** It is an agent of `/v1`. */
  isManaged: boolean;
  /** Results that the log has heard, by tool call: the transcript may not have them. */
  results: ReadonlyMap<string, { uuid: string; content: unknown; isError: boolean }>;
  /** Background work that was under way and is lost, in words. */
  lostTasks: readonly string[];
  startedAt: number;
  now: number;
  createUuid(): string;
}

/** Reasons of the model to stop that leave nothing to do. */
const FINAL = new Set(['end_turn', 'stop_sequence', 'refusal']);
const CUT_CALL =
  'This call was cut off when the agent stopped. It may have run in part or to its end: look at what it did before you make it again.';
const NOT_MADE =
  'This call was not made: the agent stopped before it was allowed. Make it again if it is still needed.';

/** `transcript`: the lines of the main file. */
export function planCutTurn(transcript: readonly string[], turn: CutTurn): CutTurnPlan {
  const entries = transcript.map(parseEntry);
  const start = entries.findIndex(({ uuid }) => uuid === turn.promptId);
  if (start < 0) return { how: 'send_again' };
  const main = entries.slice(start).filter(({ isSidechain }) => isSidechain !== true);
  const open = findOpenCalls(main);
  const allowed = open.filter((call) => isHeld(call, turn));
  const [held] = allowed;
  const writer = new TranscriptWriter(entries, turn);
  for (const call of open) {
    if (allowed.includes(call)) continue;
    writer.addResult(call, findResult(call, held !== undefined, turn));
  }
  if (held) writer.addHeldCall(held, allowed.length > 1);
  const unrecorded = held ? [] : findUnrecorded(entries, turn);
  const last = main.findLast(({ type }) => type === 'assistant' || type === 'user');
  const isAnswer = writer.isEmpty && last?.type === 'assistant';
  const nudge = held ? undefined : findNudge(isAnswer, turn);
  if (isAnswer && isFinal(last) && turn.lostTasks.length === 0) {
    if (unrecorded.length > 0) {
      return { how: 'continue', begin: { messages: unrecorded }, append: [], events: toEvents(main, turn) };
    }
    return { how: 'finished', append: [], events: toEvents(main, turn), result: toResult(main, turn) };
  }
  for (const message of unrecorded) writer.addMessage(message);
  const added = writer.appended.map(({ entry }) => parseEntry(entry));
  return {
    how: 'continue',
    begin:
      nudge !== undefined
        ? { nudge }
        : {
            continues: held ? 'held_call' : 'cut_turn',
            ...(held && allowed.length > 1 && { step: held.id }),
          },
    append: writer.appended,
    events: toEvents([...main, ...added], turn),
  };
}

function findOpenCalls(entries: readonly Entry[]): Call[] {
  const answered = new Set(entries.flatMap((entry) => blocksOf(entry).map(({ tool_use_id: id }) => id)));
  return entries
    .filter(({ type }) => type === 'assistant')
    .flatMap((entry) =>
      blocksOf(entry).flatMap(({ type, id, name = '', input }) =>
        type === 'tool_use' && id !== undefined && !answered.has(id) ? [{ id, name, input, entry }] : [],
      ),
    );
}

/** It was allowed, and the agent itself is to make it. */
function isHeld({ id }: Call, { decisions }: CutTurn): boolean {
  const decided = decisions.get(id);
  return decided?.behavior === 'allow' && decided.result === undefined;
}

function findResult(
  call: Call,
  isBesideHeld: boolean,
  turn: CutTurn,
): { uuid?: string; content: unknown; isError: boolean } {
  const fromClient = turn.decisions.get(call.id)?.result;
  if (fromClient) return fromClient;
  return turn.results.get(call.id) ?? { content: whyNoResult(call, isBesideHeld, turn), isError: true };
}

/** Beside a held call nothing had run yet: the agent asks for one call after the other. */
function whyNoResult({ id, name }: Call, isBesideHeld: boolean, { decisions, isManaged }: CutTurn): string {
  const decided = decisions.get(id);
  if (decided?.behavior === 'deny') return deniedMessage(name, decided.message, isManaged);
  return isBesideHeld ? NOT_MADE : CUT_CALL;
}

/** One that was taken between two requests is an attachment that names it. */
function findUnrecorded(entries: readonly Entry[], { messages }: CutTurn): TakenMessage[] {
  const recorded = new Set(entries.flatMap(({ uuid, attachment }) => [uuid, attachment?.source_uuid]));
  return messages.filter(({ id }) => !recorded.has(id));
}

/** What the agent has to be told, where it would not go on by itself: it does so after a prompt and after results only. */
function findNudge(isAnswer: boolean, { lostTasks }: CutTurn): string | undefined {
  if (lostTasks.length > 0) return describeLostTasks(lostTasks);
  return isAnswer ? 'Continue from where you left off.' : undefined;
}

function describeLostTasks(tasks: readonly string[]): string {
  const list = tasks.map((task) => `- ${task}`).join('\n');
  return `The agent was stopped and started again. This background work was cut off, and its results are lost:\n${list}\nStart it again if it is still needed.`;
}

function isFinal({ message, isApiErrorMessage }: Entry): boolean {
  return isApiErrorMessage !== true && FINAL.has(message?.stop_reason ?? '');
}

/** The entries in the words of the log. What the agent wrote for itself is left out, as it is while it runs. */
function toEvents(entries: readonly Entry[], { runId }: CutTurn): AgentEventBody[] {
  return entries.flatMap((entry) => {
    if (entry.type !== 'assistant' && entry.type !== 'user') return [];
    const message = parseAgentMessage(entry);
    if (!message) return [];
    return translate({ runId, open: new Map() }, message).flatMap((output) =>
      output.type === 'event' ? [output.body] : [],
    );
  });
}

/** The result that the agent gave, or would have given, with the agent. Its cost is the gateway's to say. */
function toResult(entries: readonly Entry[], { agentSessionId, startedAt, now }: CutTurn): AgentResult {
  const said = entries.filter(({ type }) => type === 'assistant');
  const last = said.at(-1);
  const lastId = last?.message?.id;
  const text = said
    .filter(({ message }) => message?.id === lastId)
    .flatMap((entry) =>
      blocksOf(entry).flatMap(({ type, text: part }) => (type === 'text' ? (part ?? '') : [])),
    );
  const structured = said
    .flatMap(blocksOf)
    .findLast(({ type, name }) => type === 'tool_use' && name === 'StructuredOutput');
  return {
    subtype: 'success',
    isError: false,
    agentSessionId,
    durationMs: Math.max(0, now - startedAt),
    durationApiMs: 0,
    numTurns: new Set(said.map(({ message }) => message?.id)).size,
    totalCostUsd: 0,
    result: text.join(''),
    usage: last?.message?.usage ?? {},
    ...(structured && { structuredOutput: structured.input }),
    modelUsage: {},
  };
}
