import type { Dirent } from 'node:fs';
import { opendir, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { findCwdFault, type CwdRules } from './cwd.ts';

const MAX_ENTRIES = 100;
/** Of a directory with more entries than that, some are not looked at. */
const MAX_LOOKED_AT = 10_000;

export interface Completion {
  /** By name. In each of them a session may work. */
  entries: { name: string; path: string }[];
  /** There are more. */
  truncated: boolean;
}

/**
 * The directories in which sessions may work whose paths begin with `text`, which is absolute: one step further than it,
 * or the allowed roots for ''. Undefined: there are none, whatever the text. What lies elsewhere is as if it were not there.
 */
export async function completeDirectory(text: string, rules: CwdRules): Promise<Completion | undefined> {
  const roots = await findOpen([...new Set(rules.allowedRoots)].map(toEntry), rules, Infinity);
  if (roots.length === 0) return undefined;
  const begun = text.replace(/\/+/g, '/');
  const slash = begun.lastIndexOf('/');
  const parent = begun.slice(0, slash);
  const found = begun === '' ? NOTHING : await list(parent, begun.slice(slash + 1), rules);
  const known = new Set(found.entries.map(({ path }) => path));
  const entries = [
    ...found.entries,
    ...roots.filter(({ path }) => path.startsWith(begun) && !known.has(path)),
  ].toSorted(byName);
  return {
    entries: entries.slice(0, MAX_ENTRIES),
    truncated: found.truncated || entries.length > MAX_ENTRIES,
  };
}

const NOTHING: Completion = { entries: [], truncated: false };

/** What in this directory begins with `prefix`. */
async function list(parent: string, prefix: string, rules: CwdRules): Promise<Completion> {
  const names: string[] = [];
  let isCut = false;
  try {
    const real = await realpath(parent === '' ? '/' : parent);
    if (await findCwdFault(real, rules)) return NOTHING;
    let looked = 0;
    for await (const entry of await opendir(real)) {
      isCut = ++looked > MAX_LOOKED_AT;
      if (isCut) break;
      if (isWanted(entry, prefix)) names.push(entry.name);
    }
  } catch {
    // Not there, or not for the server's eyes: agents could not work there either.
    return NOTHING;
  }
  const entries = names.map((name) => ({ name, path: `${parent}/${name}` })).toSorted(byName);
  const open = await findOpen(entries, rules, MAX_ENTRIES + 1);
  return { entries: open, truncated: isCut };
}

function isWanted(entry: Dirent, prefix: string): boolean {
  if (!entry.name.startsWith(prefix)) return false;
  if (entry.name.startsWith('.') && prefix === '') return false;
  return entry.isDirectory() || entry.isSymbolicLink();
}

/** The first of them in which a session may work. */
async function findOpen(
  entries: Completion['entries'],
  rules: CwdRules,
  limit: number,
): Promise<Completion['entries']> {
  const open: Completion['entries'] = [];
  for (const entry of entries) {
    if (open.length >= limit) break;
    if ((await findCwdFault(entry.path, rules)) === undefined) open.push(entry);
  }
  return open;
}

function toEntry(path: string): Completion['entries'][number] {
  return { name: basename(path) || path, path };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
