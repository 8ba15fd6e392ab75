import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '#src/domain/event.ts';
import type { Store } from '#src/store/store.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import type { CreateDatabase } from './store-suite.ts';
import { messageEvent, newInput, newWork, stateEvent, TENANT } from './samples.ts';
import { withStore } from './with-store.ts';

/** What somebody tries next, on one of a few sessions; steps of one batch are made at once. */
type Step =
  | { kind: 'claim'; owner: number; afterMs: number; limit: number }
  | { kind: 'holder'; holder: number; events: number; release: boolean; consume: boolean }
  | { kind: 'visitor'; session: number; stale: boolean }
  | { kind: 'renew'; holder: number };

const SESSIONS = 3;
const LEASE_MS = 100;

export function describeInvariants(createDatabase: CreateDatabase): void {
  describe('whatever the order of claims, renewals and commits', () => {
    it(
      'every session has one holder at a time, fenced writes of others, and a log without gap or repetition',
      withStore(createDatabase, async (store, clock) => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 }), (batches) =>
            play(store, clock, batches),
          ),
          { numRuns: 40 },
        );
      }),
    );
  });
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('claim' as const),
    owner: fc.nat(3),
    afterMs: fc.nat(LEASE_MS * 2),
    limit: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('holder' as const),
    holder: fc.nat(9),
    events: fc.nat(3),
    release: fc.boolean(),
    consume: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('visitor' as const), session: fc.nat(SESSIONS - 1), stale: fc.boolean() }),
  fc.record({ kind: fc.constant('renew' as const), holder: fc.nat(9) }),
);

interface Lease {
  owner: string;
  sessionId: string;
  epoch: number;
  inputIds: string[];
}

/** The model: what must be true of each session, kept from the answers alone. */
interface Expected {
  epoch: number;
  log: string[];
  inputs: Set<string>;
}

async function play(store: Store, clock: ManualClock, batches: Step[][]): Promise<void> {
  const works = Array.from({ length: SESSIONS }, () => newWork());
  const ids = works.map(({ session }) => session.id);
  const expected = new Map<string, Expected>();
  for (const work of works) {
    await store.createSession(TENANT, work);
    expected.set(work.session.id, { epoch: 0, log: [], inputs: new Set([work.input.id]) });
  }
  const leases: Lease[] = [];

  const expectedOf = (sessionId: string): Expected => {
    const found = expected.get(sessionId);
    if (found === undefined) throw new Error('A session of another test was claimed.');
    return found;
  };

  const take: { [Kind in Step['kind']]: (step: Extract<Step, { kind: Kind }>) => Promise<void> } = {
    async claim({ owner, afterMs, limit }) {
      await clock.set(clock.now() + afterMs);
      const claimed = await store.claim({
        owner: `w${owner}`,
        leaseMs: LEASE_MS,
        slots: limit,
        limit,
      });
      for (const { session, head, inputs } of claimed) {
        const known = expectedOf(session.id);
        expect(head.leaseEpoch).toBeGreaterThan(known.epoch);
        known.epoch = head.leaseEpoch;
        leases.push({
          owner: `w${owner}`,
          sessionId: session.id,
          epoch: head.leaseEpoch,
          inputIds: inputs.map(({ id }) => id),
        });
      }
    },
    async holder({ holder, events, release, consume }) {
      const lease = leases[holder % Math.max(leases.length, 1)];
      if (lease === undefined) return;
      const known = expectedOf(lease.sessionId);
      const overtaken = lease.epoch < known.epoch;
      const own: NewEvent[] = Array.from({ length: events }, (_, index) =>
        index % 2 === 0 ? stateEvent() : messageEvent('x'),
      );
      const consumeInputIds = consume ? lease.inputIds : [];
      const result = await store.commit(TENANT, lease.sessionId, {
        epoch: lease.epoch,
        events: own,
        consumeInputIds,
        releaseLease: release,
      });
      if (!result.ok) {
        expect(result.conflict).toBe('lease');
        return;
      }
      expect(overtaken).toBe(false);
      known.log.push(...own.map(({ id }) => id));
      for (const id of consumeInputIds) known.inputs.delete(id);
    },
    async visitor({ session, stale }) {
      const sessionId = ids[session] ?? '';
      const view = await store.readSession(TENANT, sessionId);
      const input = newInput('run');
      const result = await store.commit(TENANT, sessionId, {
        expectedVersion: (view?.head.version ?? 0) - (stale ? 1 : 0),
        inputs: [input],
        head: { wakeAt: clock.now() },
      });
      if (stale) expect(result.ok).toBe(false);
      if (result.ok) expectedOf(sessionId).inputs.add(input.id);
    },
    async renew({ holder }) {
      const lease = leases[holder % Math.max(leases.length, 1)];
      if (lease === undefined) return;
      const { owner, sessionId, epoch } = lease;
      const overtaken = epoch < expectedOf(sessionId).epoch;
      const sessions = [{ tenantId: TENANT, sessionId, epoch }];
      const lost = await store.renew({ owner, sessions, leaseMs: LEASE_MS });
      if (overtaken) expect(lost).toEqual([sessionId]);
    },
  };
  const run = (next: Step): Promise<void> => {
    switch (next.kind) {
      case 'claim':
        return take.claim(next);
      case 'holder':
        return take.holder(next);
      case 'visitor':
        return take.visitor(next);
      case 'renew':
        return take.renew(next);
    }
  };

  try {
    for (const batch of batches) {
      await Promise.all(batch.map(run));
      for (const id of ids) await check(store, id, expectedOf(id));
    }
  } finally {
    // Nobody claims them in the next run.
    for (const id of ids) await store.commit(TENANT, id, { head: { wakeAt: null }, releaseLease: true });
  }
}

async function check(store: Store, sessionId: string, expected: Expected): Promise<void> {
  const view = await store.readSession(TENANT, sessionId);
  const events = await store.readEvents(TENANT, sessionId, 0, 1000);
  const inputs = await store.readInputs(TENANT, sessionId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ id }) => id).toSorted()).toEqual(expected.log.toSorted());
  expect(new Set(inputs.map(({ id }) => id))).toEqual(expected.inputs);
  expect(view?.head).toMatchObject({
    lastSeq: events.length,
    openInputs: inputs.length,
    messageCount: events.filter(({ messageIndex }) => messageIndex !== null).length,
    leaseEpoch: expected.epoch,
  });
}
