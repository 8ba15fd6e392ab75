import type { Dialect } from '../dialect.ts';
import type { RunRecord } from '../records.ts';
import { toInputRow, toRunRow } from '../rows.ts';
import { statement, type Query } from '../statement.ts';
import type { NewInput } from '../store.ts';
import type { EventTable, InputTable, RunTable } from '../tables.ts';

/** So many rows go into one statement at most: it bounds how many texts there are to compile. */
const ROWS_PER_STATEMENT = 32;

/** The inserts that creating a session and committing to one have in common. */
export interface Appends {
  events(rows: EventTable[]): Query[];
  /** Positions count up from `firstPos`. */
  inputs(tenantId: string, sessionId: string, firstPos: number, inputs: NewInput[]): Query[];
  run(tenantId: string, run: RunRecord): Query;
}

export function createAppends({ db }: Dialect): Appends {
  const insertEvents = statement((rows: EventTable[]) => db.insertInto('events').values(rows));
  const insertInputs = statement((rows: InputTable[]) => db.insertInto('inputs').values(rows));
  const insertRun = statement((row: RunTable) => db.insertInto('runs').values(row));
  return {
    events: (rows) => chunks(rows).map(insertEvents),
    inputs: (tenantId, sessionId, firstPos, inputs) =>
      chunks(inputs.map((input, index) => toInputRow(tenantId, sessionId, firstPos + index, input))).map(
        insertInputs,
      ),
    run: (tenantId, run) => insertRun(toRunRow(tenantId, run)),
  };
}

/** Splits a list into pieces that fit one statement each. */
export function chunks<Item>(items: Item[]): Item[][] {
  const pieces: Item[][] = [];
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    pieces.push(items.slice(start, start + ROWS_PER_STATEMENT));
  }
  return pieces;
}
