import type { CutTurn, TakenMessage } from './cut-turn.ts';
import type { Entry } from './transcript-entry.ts';

/** A tool call in a transcript, with the entry that has it. */
export interface Call {
  id: string;
  name: string;
  input: unknown;
  entry: Entry;
}

/** The same in all entries of a process. */
const COMMON_FIELDS = ['version', 'gitBranch', 'cwd', 'userType', 'entrypoint'];

/** Makes entries as the agent itself would have written them. */
export class TranscriptWriter {
  readonly appended: { uuid: string; entry: string }[] = [];
  readonly #turn: CutTurn;
  readonly #common: Record<string, unknown>;
  #last: string | null;

  constructor(entries: readonly Entry[], turn: CutTurn) {
    this.#turn = turn;
    const like = entries.findLast(({ type }) => type === 'user');
    this.#common = Object.fromEntries(COMMON_FIELDS.map((field) => [field, like?.[field]]));
    this.#last = entries.findLast(({ uuid }) => uuid)?.uuid ?? null;
  }

  get isEmpty(): boolean {
    return this.appended.length === 0;
  }

  addResult(
    { id, entry }: Call,
    { uuid, content, isError }: { uuid?: string; content: unknown; isError: boolean },
  ): void {
    this.#add(
      entry.uuid ?? this.#last,
      {
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }],
        },
        ...(isError && typeof content === 'string' && { toolUseResult: `Error: ${content}` }),
        sourceToolAssistantUUID: entry.uuid,
      },
      uuid,
    );
  }

  /** As the agent notes a message that it took between two requests. */
  addMessage({ id, content }: TakenMessage): void {
    this.#add(this.#last, {
      type: 'attachment',
      attachment: {
        type: 'queued_command',
        prompt: content,
        source_uuid: id,
        commandMode: 'prompt',
        timestamp: new Date(this.#turn.now).toISOString(),
      },
    });
  }

  /**
   * What the agent writes when a hook puts a call off: on a resume it asks for this very call again. With siblings it
   * hangs on its own call, so that the conversation still leads to all of them.
   */
  addHeldCall({ id, name, input, entry }: Call, hasSiblings: boolean): void {
    this.#add(hasSiblings ? (entry.uuid ?? this.#last) : this.#last, {
      type: 'attachment',
      attachment: {
        type: 'hook_deferred_tool',
        toolUseID: id,
        toolName: name,
        toolInput: input,
        hookName: 'settings',
        hookEvent: 'PreToolUse',
        permissionMode: 'default',
      },
    });
  }

  #add(parentUuid: string | null, own: Record<string, unknown>, uuid = this.#turn.createUuid()): void {
    const { agentSessionId: sessionId, now } = this.#turn;
    const entry = {
      parentUuid,
      isSidechain: false,
      ...own,
      uuid,
      timestamp: new Date(now).toISOString(),
      ...this.#common,
      sessionId,
    };
    this.appended.push({ uuid, entry: JSON.stringify(entry) });
    this.#last = uuid;
  }
}
