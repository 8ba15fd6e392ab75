import type { SessionKey, SessionStore, SessionStoreEntry } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { RunLease, TranscriptStore } from './agent.ts';

const storedEntry = z.looseObject({ type: z.string() });

/**
 * The agent SDK's session store, over ours. An append is answered at once, because the agent waits for it, and
 * written behind in order; `flushed` says when everything is safe. While the store is away it waits, as the log of the
 * run does. `projectKey` is ignored: a session is one session in whichever directory it works.
 */
export class TranscriptMirror implements SessionStore {
  readonly #store: TranscriptStore;
  readonly #log: Log;
  #tail: Promise<void> = Promise.resolve();
  #error: unknown;
  #isMissing = false;
  readonly #awaited = new Map<string, () => void>();
  /** Each run brings its own; what is appended after it belongs to it too. */
  lease: RunLease;
  /** The tool calls that the store has, and who waits for others. */
  readonly #calls = new Set<string>();
  readonly #awaitedCalls = new Map<string, Set<() => void>>();

  constructor(store: TranscriptStore, log: Log, lease: RunLease) {
    this.#store = store;
    this.#log = log;
    this.lease = lease;
  }

  /** Something could not be stored, so nothing more will be. */
  get isBroken(): boolean {
    return this.#error !== undefined;
  }

  /** A conversation was asked for that the store does not have. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  append(key: SessionKey, entries: SessionStoreEntry[]): Promise<void> {
    const rows = entries.map((entry) => ({ uuid: entry.uuid ?? null, entry: JSON.stringify(entry) }));
    const calls = entries.flatMap(callsOf);
    const { lease } = this;
    this.#tail = this.#tail.then(() => this.#write(lease, toPart(key), rows, calls));
    return Promise.resolve();
  }

  async load(key: SessionKey): Promise<SessionStoreEntry[] | null> {
    await this.flushed();
    const part = toPart(key);
    const entries = await this.#store.load(part, this.lease.ended);
    if (!entries && part.subpath === '') this.#isMissing = true;
    const parsed = entries?.map(parseEntry) ?? null;
    for (const id of parsed?.flatMap(callsOf) ?? []) this.#calls.add(id);
    return parsed;
  }

  async listSubkeys({ sessionId }: { sessionId: string }): Promise<string[]> {
    await this.flushed();
    const subpaths = await this.#store.listSubpaths(sessionId, this.lease.ended);
    return subpaths.filter((subpath) => subpath !== '');
  }

  /** Resolves when the entry with this uuid has been appended and stored: never, if that does not happen. */
  stored(uuid: string): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(uuid, resolve));
  }

  /** Resolves with true when the store has this tool call; with false when `signal` aborts or it never will. */
  async callStored(toolUseId: string, signal: AbortSignal): Promise<boolean> {
    if (!this.#calls.has(toolUseId) && this.#error === undefined && !signal.aborted) {
      await this.#awaitCall(toolUseId, signal);
    }
    return this.#calls.has(toolUseId);
  }

  /** Resolves when all that was appended is stored; rejects when something of it could not be. */
  async flushed(): Promise<void> {
    await this.#tail;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Never rejects. After a failure nothing more is written: a transcript has no holes. */
  async #write(lease: RunLease, part: Part, rows: Row[], calls: string[]): Promise<void> {
    if (this.#error !== undefined) return;
    try {
      if (!(await this.#store.append(lease, part, rows))) throw new TranscriptFenced();
      for (const { uuid } of rows) this.#tell(uuid);
      for (const id of calls) this.#tellCall(id);
    } catch (error) {
      this.#log.warn({ err: error }, 'A part of a transcript could not be stored.');
      this.#fail(error);
    }
  }

  async #awaitCall(toolUseId: string, signal: AbortSignal): Promise<void> {
    const waiting = this.#awaitedCalls.get(toolUseId) ?? new Set();
    this.#awaitedCalls.set(toolUseId, waiting);
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        signal.removeEventListener('abort', settle);
        waiting.delete(settle);
        resolve();
      };
      waiting.add(settle);
      signal.addEventListener('abort', settle, { once: true });
    });
    if (waiting.size === 0) this.#awaitedCalls.delete(toolUseId);
  }

  #tellCall(toolUseId: string): void {
    this.#calls.add(toolUseId);
    for (const settle of this.#awaitedCalls.get(toolUseId) ?? []) settle();
  }

  #fail(error: unknown): void {
    this.#error = error;
    for (const settle of [...this.#awaitedCalls.values()].flatMap((waiting) => [...waiting])) settle();
  }

  #tell(uuid: string | null): void {
    if (uuid === null) return;
    this.#awaited.get(uuid)?.();
    this.#awaited.delete(uuid);
  }
}

/** Somebody else works on the session now, and this process belongs to the past. */
class TranscriptFenced extends Error {
  override name = 'TranscriptFenced';
}

type Part = Parameters<TranscriptStore['append']>[1];
type Row = Parameters<TranscriptStore['append']>[2][number];

const callingEntry = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({
    content: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })),
  }),
});

/** The ids of the tool calls in an entry. */
function callsOf(entry: SessionStoreEntry): string[] {
  const blocks = callingEntry.safeParse(entry).data?.message.content ?? [];
  return blocks.flatMap(({ type, id }) => (type === 'tool_use' && id !== undefined ? [id] : []));
}

function toPart(key: SessionKey): Part {
  return { agentSessionId: key.sessionId, subpath: key.subpath ?? '' };
}

function parseEntry(entry: string): SessionStoreEntry {
  return storedEntry.parse(JSON.parse(entry));
}
