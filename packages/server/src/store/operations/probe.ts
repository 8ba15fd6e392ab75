import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import type { Operation, Written } from '../operation.ts';
import { DEFAULT_TENANT } from '../records.ts';
import { statement } from '../statement.ts';

/** A write that changes nothing and reaches the disk all the same. */
export function createProbe({ db }: Dialect): Pick<Writes, 'probe'> {
  const touch = statement((id: string) =>
    db
      .updateTable('tenants')
      .set((column) => ({ created_at: column.ref('created_at') }))
      .where('id', '=', id),
  );
  return {
    *probe(): Operation<Written<void>> {
      yield [touch(DEFAULT_TENANT)];
      return { result: undefined };
    },
  };
}
