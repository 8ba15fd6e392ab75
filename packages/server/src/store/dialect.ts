import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  type RawBuilder,
} from 'kysely';
import type { Tables } from './tables.ts';

/** Builds queries; running them is not its business. */
export type Builder = Kysely<Tables>;

/** All in which the two databases differ for the queries and the migrations. */
export interface Dialect {
  name: 'sqlite' | 'postgres';
  db: Builder;
  /** Whether rows are locked one by one. SQLite has one writer at a time and no such thing. */
  rowLocks: boolean;
  /**
   * The time by which leases and wake-ups go, in ms. Nodes whose clocks differ share a PostgreSQL, so there it is the
   * database's; SQLite has one server, whose time it is given.
   */
  now(callersNow: number): RawBuilder<number>;
  /**
   * A number of the connection that writes. A row that every writer adds to is kept once for each number, so that they need
   * not wait for each other, nor lock such rows in different orders. Where numbers meet that costs a moment and no more.
   */
  writer: RawBuilder<number>;
  /**
   * The JSON of what is at this place in a column of JSON; null: nothing is. NUL and halves of a surrogate pair, of which
   * PostgreSQL can hold the JSON but not the text, may come as other characters.
   */
  jsonAt(column: string, place: readonly string[]): RawBuilder<string | null>;
  /** Column types for migrations: `id` is text that sorts by its bytes. */
  types: { id: string; text: string; integer: string; real: string };
  tableOptions: string;
  /** Statements that make a column of large texts compress fast, if the database can. */
  compress(table: string, column: string): string[];
}

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  db: new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  rowLocks: false,
  now: (callersNow) => sql`${callersNow}`,
  // There is one.
  writer: sql`0`,
  jsonAt: (column, place) => sql`${sql.ref(column)} -> ${sql.lit(`$.${place.join('.')}`)}`,
  types: { id: 'text', text: 'text', integer: 'integer', real: 'real' },
  tableOptions: 'strict',
  compress: () => [],
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  db: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  rowLocks: true,
  // Of the statement, not of the transaction, which many writes share. It is at or after the moment in which a node sent
  // it, so a lease never ends before its holder thinks it does.
  now: () => sql`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`,
  // Few numbers, however often connections are made anew.
  writer: sql`pg_backend_pid() % 64`,
  jsonAt: (column, place) =>
    sql`(cast(${textWithin(column)} as json) #> ${sql.lit(`{${place.join(',')}}`)})::text`,
  types: { id: 'text collate "C"', text: 'text', integer: 'bigint', real: 'double precision' },
  tableOptions: '',
  // lz4 appends 2.7 times as fast as the default; a server may be built without it.
  compress: (table, column) => [
    `do $$ begin
      if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals)) then
        execute 'alter table ${table} alter column ${column} set compression lz4';
      end if;
    end $$`,
  ],
};

/** JSON without the escapes for which PostgreSQL refuses to look into it, wherever in it they are. */
function textWithin(column: string): RawBuilder<string> {
  return sql`replace(replace(${sql.ref(column)}, ${sql.lit('\\u0000')}, ${sql.lit('\\ufffd')}), ${sql.lit('\\ud')}, ${sql.lit('\\u0')})`;
}
