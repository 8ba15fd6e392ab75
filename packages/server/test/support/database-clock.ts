import pg from 'pg';
import { ManualClock } from './manual-clock.ts';

/** The clock of a PostgreSQL database and of who uses it: both stand still until the test moves them. */
export class DatabaseClock extends ManualClock {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool, now: number) {
    super(now);
    this.#pool = pool;
  }

  /** Puts a function of ours before the database's own: `pg_catalog` comes first only where a path does not name it. */
  static async install(databaseUrl: string, now: number): Promise<DatabaseClock> {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    await pool.query(`
      create table test_clock (now bigint not null);
      insert into test_clock values (${now});
      create function statement_timestamp() returns timestamptz stable language sql
        as 'select to_timestamp(now / 1000.0) from public.test_clock';
      do $$ begin
        execute format('alter database %I set search_path = public, pg_catalog', current_database());
      end $$`);
    return new DatabaseClock(pool, now);
  }

  override async set(now: number): Promise<void> {
    await super.set(now);
    await this.#pool.query(`update test_clock set now = greatest(now, ${now})`);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
