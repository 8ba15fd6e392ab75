import type { Dialect } from './dialect.ts';
import type { Operation, Written } from './operation.ts';
import { createCommit } from './operations/commit.ts';
import { createSessionCreation } from './operations/create-session.ts';
import { createSessionDeletion } from './operations/delete-session.ts';
import { createLeaseWrites, type LeaseRenewal } from './operations/leases.ts';
import { createSessionList } from './operations/list-sessions.ts';
import { createNextWakeAt } from './operations/next-wake-at.ts';
import { createSessionReads } from './operations/session-reads.ts';
import { createTranscriptReads, createTranscriptWrites } from './operations/transcripts.ts';
import { createUsageReads, createUsageWrites } from './operations/usage.ts';
import type { StoreReads, StoreWrites } from './store.ts';

/** What an engine writes: as the store, but leases are renewed one by one (calls made together share a commit). */
export interface EngineWrites extends Omit<StoreWrites, 'renew'> {
  /** False: `owner` does not hold it any more. */
  renewLease(renewal: LeaseRenewal): Promise<boolean>;
}

export type WriteName = keyof EngineWrites;
export type ReadName = keyof StoreReads;
export type WriteArgs<Name extends WriteName> = Parameters<EngineWrites[Name]>;
export type ReadArgs<Name extends ReadName> = Parameters<StoreReads[Name]>;
export type WriteResult<Name extends WriteName> = Awaited<ReturnType<EngineWrites[Name]>>;
export type ReadResult<Name extends ReadName> = Awaited<ReturnType<StoreReads[Name]>>;

/** The writes as operations. */
export type Writes = {
  [Name in WriteName]: (...args: WriteArgs<Name>) => Operation<Written<WriteResult<Name>>>;
};

/** The reads as operations. */
export type Reads = {
  [Name in ReadName]: (...args: ReadArgs<Name>) => Operation<ReadResult<Name>>;
};

export function createWrites(dialect: Dialect): Writes {
  return {
    createSession: createSessionCreation(dialect),
    commit: createCommit(dialect),
    deleteSession: createSessionDeletion(dialect),
    ...createLeaseWrites(dialect),
    ...createTranscriptWrites(dialect),
    ...createUsageWrites(dialect),
  };
}

export function createReads(dialect: Dialect): Reads {
  return {
    listSessions: createSessionList(dialect),
    nextWakeAt: createNextWakeAt(dialect),
    ...createSessionReads(dialect),
    ...createTranscriptReads(dialect),
    ...createUsageReads(dialect),
  };
}

/** The result of a write that was called by its name. */
export function parseWritten<Name extends WriteName>(written: Written<unknown>): Written<WriteResult<Name>> {
  return written as Written<WriteResult<Name>>;
}
