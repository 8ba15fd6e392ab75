import type { SessionState } from '../domain/session-state.ts';
import type { RunRecord, TranscriptEntry } from './records.ts';
import type { SessionView } from './store.ts';

/** Which sessions `/v1` lists, and which page of them. */
export interface SessionWalk {
  order: 'newest' | 'oldest';
  limit: number;
  /** Absent: the first page. */
  from?: WalkPosition | undefined;
  /** Of those that are not archived; absent: all. */
  states?: readonly SessionState[] | undefined;
  /** Whether archived ones are listed too. */
  archived: boolean;
  /** Null: those without an agent of their own. */
  agentId?: string | null | undefined;
  agentVersion?: number | undefined;
  /** In milliseconds, both ends included. */
  created?: { from?: number | undefined; to?: number | undefined } | undefined;
  /** Pairs that their metadata must have. */
  metadata?: readonly (readonly [key: string, value: string])[] | undefined;
}

/** A place between two sessions of the list, and whether the page lies behind it or before it. */
export interface WalkPosition {
  /** Ids less than this one are on one side, all others on the other. */
  boundary: string;
  direction: 'next' | 'prev';
}

export interface WalkedPage {
  /** In the order of the list. */
  sessions: SessionView[];
  /** Where the list goes on in the same direction; undefined: it does not. */
  further: string | undefined;
}

export interface TranscriptPlace {
  subpath: string;
  ordinal: number;
}

export interface PlacedEntry extends TranscriptPlace {
  /** JSON. */
  entry: string;
}

/** With what transcript a session begins. */
export type FirstTranscript =
  | ({ from: 'session'; sessionId: string; agentSessionId: string } & CopiedPart)
  | { from: 'client'; parts: { subpath: string; entries: TranscriptEntry[] }[] };

/**
 * Of another session's transcript, whose copy has the id of the new one: all of it, for the holder of the other's lease; or
 * of each named part what stands up to that entry, for anybody, since what is stored does not change.
 */
type CopiedPart =
  | { epoch: number; upTo?: undefined }
  | { epoch?: undefined; upTo: readonly TranscriptPlace[] };

export interface ManagedReads {
  /** A session's transcript in all its parts, in order, at most `limit` entries after that one. */
  readTranscript(
    tenantId: string,
    sessionId: string,
    query: { agentSessionId: string; after?: TranscriptPlace | undefined; limit: number },
  ): Promise<PlacedEntry[]>;
  /** Undefined: it has not worked yet. */
  readFirstRun(tenantId: string, sessionId: string): Promise<RunRecord | undefined>;
  /**
   * A page of sessions by id, which is by time of creation, without those that are being deleted. It reads a bounded
   * number of rows: when a filter lets few of them through, the page is short, even empty, and says where it goes on.
   */
  walkSessions(tenantId: string, walk: SessionWalk): Promise<WalkedPage>;
}
