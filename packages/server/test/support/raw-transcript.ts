import { randomUUID } from 'node:crypto';
import type { SessionStore, SessionStoreEntry } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';

const transcriptEntry = z.looseObject({
  type: z.string(),
  uuid: z.string().optional(),
  attachment: z.looseObject({ type: z.string(), source_uuid: z.string().optional() }).optional(),
  message: z
    .looseObject({
      content: z.union([
        z.string(),
        z.array(
          z.looseObject({
            type: z.string(),
            id: z.string().optional(),
            name: z.string().optional(),
            input: z.unknown().optional(),
            tool_use_id: z.string().optional(),
          }),
        ),
      ]),
    })
    .optional(),
});
export type RawEntry = z.infer<typeof transcriptEntry>;

/** A call in the transcript: its id, and the entry that made it. */
export interface RawCall {
  id: string;
  entryUuid: string;
  name: string;
  input: unknown;
}

/** The same in all entries of a process. */
const COMMON_FIELDS = ['version', 'gitBranch', 'cwd', 'userType', 'entrypoint'];

/** The transcript of one conversation, as a store of the agent SDK, and what can be written into it between two processes. */
export class RawTranscript implements SessionStore {
  readonly #parts = new Map<string, SessionStoreEntry[]>();
  readonly #sessionId: string;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  get entries(): RawEntry[] {
    return (this.#parts.get('') ?? []).map((entry) => transcriptEntry.parse(entry));
  }

  get calls(): RawCall[] {
    return this.entries
      .filter(({ type }) => type === 'assistant')
      .flatMap((entry) =>
        blocksOf(entry).flatMap(({ type, id = '', name = '', input }) =>
          type === 'tool_use' ? [{ id, name, input, entryUuid: entry.uuid ?? '' }] : [],
        ),
      );
  }

  hasResult(toolUseId: string): boolean {
    return this.entries.some((entry) => blocksOf(entry).some(({ tool_use_id: id }) => id === toolUseId));
  }

  async append({ subpath = '' }: { subpath?: string }, entries: SessionStoreEntry[]): Promise<void> {
    const stored = this.#parts.get(subpath) ?? [];
    const known = new Set(stored.flatMap(({ uuid }) => uuid ?? []));
    const fresh = entries.filter(({ uuid }) => uuid === undefined || !known.has(uuid));
    this.#parts.set(subpath, [...stored, ...structuredClone(fresh)]);
  }

  async load({ subpath = '' }: { subpath?: string }): Promise<SessionStoreEntry[] | null> {
    const entries = this.#parts.get(subpath);
    return entries ? structuredClone(entries) : null;
  }

  async listSubkeys(): Promise<string[]> {
    return [...this.#parts.keys()].filter((subpath) => subpath !== '');
  }

  async addResult({ id, entryUuid }: RawCall, content: unknown, isError = false): Promise<void> {
    const result = { type: 'tool_result', tool_use_id: id, content, is_error: isError };
    await this.#add(entryUuid, {
      type: 'user',
      message: { role: 'user', content: [result] },
      sourceToolAssistantUUID: entryUuid,
    });
  }

  /** On a resume the agent asks for this call again. */
  async addHeldCall({ id, name, input, entryUuid }: RawCall): Promise<void> {
    await this.#addAttachment(entryUuid, {
      type: 'hook_deferred_tool',
      toolUseID: id,
      toolName: name,
      toolInput: input,
      hookName: 'settings',
      hookEvent: 'PreToolUse',
      permissionMode: 'default',
    });
  }

  /** A message that came in the middle of the turn, as the agent itself keeps it when it has given it to the model. */
  async addMessage(uuid: string, prompt: unknown): Promise<void> {
    await this.#addAttachment(this.#last, {
      type: 'queued_command',
      prompt,
      source_uuid: uuid,
      delivery_id: randomUUID(),
      commandMode: 'prompt',
      timestamp: new Date().toISOString(),
    });
  }

  /** What the model hears in the role of the system. */
  async addContext(hookName: string, text: string): Promise<void> {
    await this.#addAttachment(this.#last, {
      type: 'hook_additional_context',
      content: [text],
      hookName,
      toolUseID: `hook-${randomUUID()}`,
      hookEvent: 'UserPromptSubmit',
    });
  }

  async #addAttachment(parentUuid: string, attachment: Record<string, unknown>): Promise<void> {
    await this.#add(parentUuid, { type: 'attachment', attachment });
  }

  async #add(parentUuid: string, own: { type: string; [field: string]: unknown }): Promise<void> {
    const like = this.entries.findLast(({ type }) => type === 'user');
    const common = Object.fromEntries(COMMON_FIELDS.map((field) => [field, like?.[field]]));
    const timestamp = new Date().toISOString();
    const entry = { parentUuid, isSidechain: false, ...own, ...common, uuid: randomUUID(), timestamp };
    await this.append({}, [{ ...entry, sessionId: this.#sessionId }]);
  }

  get #last(): string {
    return this.entries.findLast(({ uuid }) => uuid)?.uuid ?? '';
  }
}

function blocksOf({ message }: RawEntry) {
  return Array.isArray(message?.content) ? message.content : [];
}
