import { readdir, readFile } from 'node:fs/promises';
import { readStat, type ProcessStat } from './process-stat.ts';

/** What a tree of processes takes. */
export interface TreeUsage {
  /** Memory that the processes share counts for each of them. */
  rssBytes: number;
  /** Since the tree began, of those that have ended too. */
  cpuSeconds: number;
  processes: number;
}

/** The unit in which Linux counts processor time for programs, on every machine. */
const TICKS_PER_SECOND = 100;
const AUXV_PAGE_SIZE = 6n;
const AUXV_ENTRY = 16;

/** What each of these trees takes, by the id of its root. One that is gone is left out. All are where there is no /proc. */
export async function measureTrees(roots: readonly number[]): Promise<Map<number, TreeUsage>> {
  if (roots.length === 0) return new Map();
  const [pageSize, children] = [await readPageSize(), new Map<number, ProcessStat[]>()];
  const stats = new Map((await readAll()).map((stat) => [stat.pid, stat]));
  for (const stat of stats.values()) {
    const siblings = children.get(stat.parentPid);
    if (siblings) siblings.push(stat);
    else children.set(stat.parentPid, [stat]);
  }
  const usage = new Map<number, TreeUsage>();
  for (const pid of roots) {
    const root = stats.get(pid);
    if (!root) continue;
    const tree = [root];
    for (const { pid: parent } of tree) {
      tree.push(...(children.get(parent) ?? []));
      // They were read one after the other: a number that was given away meanwhile must not close a circle.
      children.delete(parent);
    }
    usage.set(pid, {
      rssBytes: sum(tree, ({ residentPages }) => residentPages) * pageSize,
      cpuSeconds: sum(tree, ({ cpuTicks }) => cpuTicks) / TICKS_PER_SECOND,
      processes: tree.length,
    });
  }
  return usage;
}

async function readAll(): Promise<ProcessStat[]> {
  const names = await readdir('/proc').catch(() => []);
  const stats = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((pid) => readStat(Number(pid))),
  );
  return stats.filter((stat) => stat !== undefined);
}

/** From what the kernel gave this process at its start: pairs of a key and a value. */
async function readPageSize(): Promise<number> {
  const pairs = await readFile('/proc/self/auxv').catch(() => Buffer.alloc(0));
  for (let at = 0; at + AUXV_ENTRY <= pairs.length; at += AUXV_ENTRY) {
    if (pairs.readBigUInt64LE(at) === AUXV_PAGE_SIZE) return Number(pairs.readBigUInt64LE(at + 8));
  }
  return 4096;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
