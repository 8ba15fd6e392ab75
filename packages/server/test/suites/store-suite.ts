import { describe } from 'vitest';
import type { Store } from '#src/store/store.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { describeAgents } from './store-agents.ts';
import { describeApprovals } from './store-approvals.ts';
import { describeBounds } from './store-bounds.ts';
import { describeEnvironments } from './store-environments.ts';
import { describeFiles } from './store-files.ts';
import { describeFleet } from './store-fleet.ts';
import { describeLeases } from './store-leases.ts';
import { describeDeliveries } from './store-deliveries.ts';
import { describeIdempotency } from './store-idempotency.ts';
import { describeLists } from './store-lists.ts';
import { describeLoad } from './store-load.ts';
import { describeLog } from './store-log.ts';
import { describeRepeats } from './store-repeats.ts';
import { describeInvariants } from './store-invariants.ts';
import { describePlacement } from './store-placement.ts';
import { describeSessions } from './store-sessions.ts';
import { describeTranscripts } from './store-transcripts.ts';
import { describeUsage } from './store-usage.ts';
import { describeWalks } from './store-walks.ts';

/** An empty database that a test has for itself. */
export interface TestDatabase extends AsyncDisposable {
  /** Opens the store on it, for one test; who opens it also disposes of it. */
  open(): Promise<Store>;
  /** The time by which it goes: T0 until the test moves it. */
  clock: ManualClock;
}

export type CreateDatabase = () => Promise<TestDatabase>;

/** Every promise of the store, for whatever implements it. */
export function describeStore(name: string, createDatabase: CreateDatabase): void {
  describe(`the store on ${name}`, () => {
    describeSessions(createDatabase);
    describeLog(createDatabase);
    describeLeases(createDatabase);
    describePlacement(createDatabase);
    describeLists(createDatabase);
    describeWalks(createDatabase);
    describeFleet(createDatabase);
    describeTranscripts(createDatabase);
    describeApprovals(createDatabase);
    describeAgents(createDatabase);
    describeEnvironments(createDatabase);
    describeFiles(createDatabase);
    describeIdempotency(createDatabase);
    describeDeliveries(createDatabase);
    describeRepeats(createDatabase);
    describeUsage(createDatabase);
    describeLoad(createDatabase);
    describeBounds(createDatabase);
    describeInvariants(createDatabase);
  });
}
