import type { Dialect } from './dialect.ts';
import type { Reads, Writes } from './engine.ts';
import { createAgentReads, createAgentWrites } from './operations/agents.ts';
import { createApprovalReads } from './operations/approvals.ts';
import { createCommit } from './operations/commit.ts';
import { createSessionCreation } from './operations/create-session.ts';
import { createSessionDeletion } from './operations/delete-session.ts';
import { createDeliveryReads, createDeliveryWrites } from './operations/deliveries.ts';
import { createEnvironmentReads, createEnvironmentWrites } from './operations/environments.ts';
import { createExpiry } from './operations/expiry.ts';
import { createFileReads, createFileWrites } from './operations/files.ts';
import { createFleetReads } from './operations/fleet.ts';
import { createIdempotencyReads } from './operations/idempotency.ts';
import { createKnownSessions } from './operations/known-sessions.ts';
import { createLeaseReads, createLeaseWrites } from './operations/leases.ts';
import { createSessionList } from './operations/list-sessions.ts';
import { createNodeReads, createNodeWrites } from './operations/nodes.ts';
import { createProbe } from './operations/probe.ts';
import { createQueueReads } from './operations/queue.ts';
import { createRetentionReads, createRetentionWrites } from './operations/retention.ts';
import { createResourceReads, createSessionFileWrites } from './operations/session-files.ts';
import { createSessionReads } from './operations/session-reads.ts';
import { createLoadRead } from './operations/load.ts';
import { createTranscriptReads, createTranscriptWrites } from './operations/transcripts.ts';
import { createSessionWalk } from './operations/walk-sessions.ts';
import { createUsageReads, createUsageWrites } from './operations/usage.ts';
import { createUsageReportReads } from './operations/usage-reports.ts';

/** The writes of the store, as operations. */
export function createWrites(dialect: Dialect): Writes {
  return {
    createSession: createSessionCreation(dialect),
    commit: createCommit(dialect),
    deleteSession: createSessionDeletion(dialect),
    ...createLeaseWrites(dialect),
    ...createNodeWrites(dialect),
    ...createTranscriptWrites(dialect),
    ...createUsageWrites(dialect),
    ...createDeliveryWrites(dialect),
    ...createAgentWrites(dialect),
    ...createEnvironmentWrites(dialect),
    ...createExpiry(dialect),
    ...createFileWrites(dialect),
    ...createSessionFileWrites(dialect),
    ...createProbe(dialect),
    ...createRetentionWrites(dialect),
  };
}

/** The reads of the store, as operations. */
export function createReads(dialect: Dialect): Reads {
  return {
    listSessions: createSessionList(dialect),
    walkSessions: createSessionWalk(dialect),
    ...createFleetReads(dialect),
    ...createSessionReads(dialect),
    ...createLeaseReads(dialect),
    ...createKnownSessions(dialect),
    ...createApprovalReads(dialect),
    ...createTranscriptReads(dialect),
    ...createUsageReads(dialect),
    ...createUsageReportReads(dialect),
    ...createNodeReads(dialect),
    ...createIdempotencyReads(dialect),
    ...createDeliveryReads(dialect),
    ...createAgentReads(dialect),
    ...createEnvironmentReads(dialect),
    ...createFileReads(dialect),
    ...createResourceReads(dialect),
    ...createLoadRead(dialect),
    ...createQueueReads(dialect),
    ...createRetentionReads(dialect),
  };
}
