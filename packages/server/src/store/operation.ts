import type { Query } from './statement.ts';

/**
 * Database work as a generator of queries: it yields queries and gets their rows. So the same text runs
 * synchronously in SQLite's writer thread and asynchronously on PostgreSQL.
 *
 * Queries that are yielded together do not depend on each other's rows; PostgreSQL gets them in one go.
 */
export type Operation<Result> = Generator<Query[], Result, unknown[][]>;

/** What a write leaves behind: its result, and who should look again. */
export interface Written<Result> {
  result: Result;
  /** The session whose rows or log changed. */
  session?: string;
  /** The same of a write that changes several. */
  sessions?: readonly string[];
  /** Whether that session has new inputs. */
  inputs?: boolean;
  /** Whether there may be something to claim. */
  work?: boolean;
  /** Whether there is something to deliver. */
  deliveries?: boolean;
}

export function sessionsOf({ session, sessions = [] }: Written<unknown>): readonly string[] {
  return session === undefined ? sessions : [session, ...sessions];
}

/** Runs one query and gives its rows. */
export function* rows<Row>(query: Query<Row>): Operation<Row[]> {
  const [result] = yield [query];
  return parseRows<Row>(result);
}

/** Runs one query that gives at most one row. */
export function* firstRow<Row>(query: Query<Row>): Operation<Row | undefined> {
  return (yield* rows(query))[0];
}

/** Runs an operation against a database that answers at once. */
export function runSync<Result>(operation: Operation<Result>, query: (query: Query) => unknown[]): Result {
  let step = operation.next();
  while (!step.done) step = operation.next(step.value.map(query));
  return step.value;
}

/** Runs an operation against a database that answers later. */
export async function run<Result>(
  operation: Operation<Result>,
  query: (query: Query) => Promise<unknown[]>,
): Promise<Result> {
  let step = operation.next();
  while (!step.done) step = operation.next(await Promise.all(step.value.map(query)));
  return step.value;
}

function parseRows<Row>(result: unknown[] | undefined): Row[] {
  return result as Row[];
}
