import type { Dialect } from '../dialect.ts';
import { labelsOf } from '../labels.ts';
import { statement, type Query } from '../statement.ts';
import type { SessionLabelTable } from '../tables.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}

/** The index of the list by metadata, kept with the metadata itself. */
interface LabelWrites {
  add(key: SessionKey, metadata: Record<string, unknown> | null): Query[];
  remove(key: SessionKey): Query;
}

export function createLabelWrites({ db }: Dialect): LabelWrites {
  const insert = statement((labels: SessionLabelTable[]) =>
    db
      .insertInto('session_labels')
      .values(labels)
      .onConflict((conflict) => conflict.doNothing()),
  );
  const remove = statement(({ tenantId, sessionId }: SessionKey) =>
    db.deleteFrom('session_labels').where('tenant_id', '=', tenantId).where('session_id', '=', sessionId),
  );
  return {
    add({ tenantId, sessionId }, metadata) {
      const labels = labelsOf(metadata);
      if (labels.length === 0) return [];
      return [insert(labels.map((label) => ({ tenant_id: tenantId, session_id: sessionId, label })))];
    },
    remove,
  };
}
