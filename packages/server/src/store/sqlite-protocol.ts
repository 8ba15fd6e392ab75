import type { Written } from './operation.ts';
import type { WriteArgs, WriteName } from './engine.ts';

// What the main thread and SQLite's writer thread say to each other.

/** Where the writer opens the database. */
export interface WriterData {
  path: string;
}

/** Calls that were made together. */
export type ToWriter = Call[] | 'close';

export interface Call<Name extends WriteName = WriteName> {
  id: number;
  name: Name;
  args: WriteArgs<Name>;
}

/** `ready` once, then one list per group of calls, after it was committed. */
export type FromWriter = 'ready' | Reply[];

export type Reply =
  | { id: number; written: Written<unknown> }
  | { id: number; error: unknown; unavailable: boolean };
