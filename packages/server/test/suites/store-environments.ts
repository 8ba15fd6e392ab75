import { describe, expect, it } from 'vitest';
import { DEFAULT_CLOUD } from '#src/domain/environment.ts';
import { createId } from '#src/lib/ids.ts';
import type { EnvironmentRecord } from '#src/store/environments.ts';
import type { Store } from '#src/store/store.ts';
import { newKey, newSession, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

const OTHER = 'another tenant';

function newEnvironment(fields: Partial<EnvironmentRecord> = {}): EnvironmentRecord {
  return {
    id: createId(T0),
    environment: { name: 'one', description: 'ü', config: DEFAULT_CLOUD, metadata: { a: 'b' } },
    createdAt: T0,
    updatedAt: T0,
    archivedAt: null,
    ...fields,
  };
}

function changed(record: EnvironmentRecord, name: string): EnvironmentRecord {
  return {
    ...record,
    environment: { ...record.environment, name },
    updatedAt: record.updatedAt + 1,
  };
}

async function create(store: Store, fields: Partial<EnvironmentRecord> = {}): Promise<EnvironmentRecord> {
  const environment = newEnvironment(fields);
  expect(await store.createEnvironment(TENANT, { environment })).toEqual({ ok: true });
  return environment;
}

export function describeEnvironments(createDatabase: CreateDatabase): void {
  describe('an environment', () => {
    it(
      'is read as it was made and changed, by its tenant',
      withStore(createDatabase, async (store) => {
        const made = await create(store);
        const { id } = made;
        expect(await store.readEnvironment(TENANT, id)).toEqual(made);
        const environment = changed(made, 'two');
        const update = { environment, expectedUpdatedAt: T0 };
        expect(await store.updateEnvironment(OTHER, update)).toEqual({ ok: false, conflict: 'gone' });
        expect(await store.updateEnvironment(TENANT, update)).toEqual({ ok: true });
        expect(await store.readEnvironment(TENANT, id)).toEqual(environment);
        expect(await store.readEnvironment(OTHER, id)).toBe(undefined);
        expect(await store.readEnvironment(TENANT, createId(T0))).toBe(undefined);
      }),
    );

    it(
      'is changed by one of those who know it as it is',
      withStore(createDatabase, async (store) => {
        const made = await create(store);
        const updates = Array.from({ length: 20 }, (_, index) => changed(made, `by ${index}`));
        const results = await Promise.all(
          updates.map((environment) =>
            store.updateEnvironment(TENANT, { environment, expectedUpdatedAt: T0 }),
          ),
        );
        const winners = updates.filter((_, index) => results[index]?.ok);
        expect(winners).toHaveLength(1);
        expect(results.filter((result) => !result.ok && result.conflict === 'version')).toHaveLength(19);
        expect(await store.readEnvironment(TENANT, made.id)).toEqual(winners[0]);
      }),
    );

    it(
      'is archived once, and not changed any more',
      withStore(createDatabase, async (store) => {
        const made = await create(store);
        const { id } = made;
        const archived = { ...made, archivedAt: T0 + 5 };
        expect(await store.archiveEnvironment(TENANT, { id, now: T0 + 5 })).toEqual(archived);
        expect(await store.archiveEnvironment(TENANT, { id, now: T0 + 9 })).toEqual(archived);
        expect(await store.readEnvironment(TENANT, id)).toEqual(archived);
        const update = { environment: changed(made, 'two'), expectedUpdatedAt: T0 };
        expect(await store.updateEnvironment(TENANT, update)).toEqual({ ok: false, conflict: 'archived' });
        expect(await store.archiveEnvironment(OTHER, { id, now: T0 })).toBe(undefined);
      }),
    );

    it(
      'is deleted once, also while a session is in it',
      withStore(createDatabase, async (store) => {
        const { id } = await create(store);
        await store.createSession(TENANT, { session: newSession({ environmentId: id }), wakeAt: null });
        expect(await store.deleteEnvironment(OTHER, id)).toBe(false);
        expect(await store.deleteEnvironment(TENANT, id)).toBe(true);
        expect(await store.deleteEnvironment(TENANT, id)).toBe(false);
        expect(await store.readEnvironment(TENANT, id)).toBe(undefined);
        const update = { environment: newEnvironment({ id }), expectedUpdatedAt: T0 };
        expect(await store.updateEnvironment(TENANT, update)).toEqual({ ok: false, conflict: 'gone' });
      }),
    );

    it(
      'is made once for each key',
      withStore(createDatabase, async (store) => {
        const made = await Promise.all(
          Array.from({ length: 20 }, () =>
            store.createEnvironment(TENANT, { environment: newEnvironment(), idempotency: newKey('a') }),
          ),
        );
        expect(made.filter(({ ok }) => ok)).toHaveLength(1);
        expect(await list(store, true)).toHaveLength(1);
      }),
    );
  });

  it(
    'the list of environments is walked newest first, with or without the archived ones',
    withStore(createDatabase, async (store) => {
      const made: EnvironmentRecord[] = [];
      for (let index = 0; index < 11; index++) {
        const environment = await create(store);
        made.unshift(index % 3 === 0 ? { ...environment, archivedAt: T0 } : environment);
        if (index % 3 === 0) await store.archiveEnvironment(TENANT, { id: environment.id, now: T0 });
      }
      await store.createEnvironment(OTHER, { environment: newEnvironment() });
      expect(await list(store, true)).toEqual(made);
      expect(await list(store, false)).toEqual(made.filter(({ archivedAt }) => archivedAt === null));
    }),
  );
}

/** All of them, in pages of four. */
async function list(store: Store, includeArchived: boolean): Promise<EnvironmentRecord[]> {
  const found: EnvironmentRecord[] = [];
  for (;;) {
    const before = found.at(-1)?.id;
    const page = await store.listEnvironments(TENANT, { limit: 4, includeArchived, before });
    found.push(...page);
    if (page.length < 4) return found;
  }
}
