import type { Store } from '#src/store/store.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import type { CreateDatabase } from './store-suite.ts';

/** A test with a store on a database of its own; both are gone afterwards. */
export function withStore(
  createDatabase: CreateDatabase,
  test: (store: Store, clock: ManualClock) => Promise<void>,
) {
  return async (): Promise<void> => {
    const database = await createDatabase();
    try {
      const store = await database.open();
      try {
        await test(store, database.clock);
      } finally {
        await store[Symbol.asyncDispose]();
      }
    } finally {
      await database[Symbol.asyncDispose]();
    }
  };
}
