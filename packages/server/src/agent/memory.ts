import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How many processes the kernel has killed for want of memory since it booted; 0 where it does not say. */
export async function countOutOfMemoryKills(): Promise<number> {
  const counters = await readFile('/proc/vmstat', 'latin1').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(counters)?.[1] ?? 0);
}

/** The files of a control group that say what it may take, what it takes, and what of that is only a cache. */
const GROUP_FILES = {
  v1: { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', cache: 'total_inactive_file' },
  v2: { limit: 'memory.max', usage: 'memory.current', cache: 'inactive_file' },
};

/**
 * Memory that can still be taken before the machine swaps or the kernel kills, in bytes: the least of what the machine
 * has and of what the limits of the control groups leave, of containers that is. Files in the cache count as free.
 * `root`: where /proc and /sys are.
 */
export async function readFreeMemory(root = '/'): Promise<number> {
  const groups = await readText(join(root, 'proc/self/cgroup'));
  const rooms = await Promise.all([
    readMachine(root),
    ...groups.split('\n').flatMap((line) => readGroups(join(root, 'sys/fs/cgroup'), line)),
  ]);
  const known = rooms.filter((room) => room !== undefined);
  return known.length > 0 ? Math.min(...known) : process.availableMemory();
}

async function readMachine(root: string): Promise<number | undefined> {
  const match = /^MemAvailable: +(\d+) kB$/m.exec(await readText(join(root, 'proc/meminfo')));
  return match ? Number(match[1]) * 1024 : undefined;
}

/** The group of this process and those that it is in; in a container the path may be one that only its host knows. */
function readGroups(mount: string, line: string): Promise<number | undefined>[] {
  const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  const isMemory = controllers.split(',').includes('memory');
  if (!isMemory && !line.startsWith('0::')) return [];
  const names = path.split('/').filter(Boolean);
  const places = isMemory ? [join(mount, 'memory')] : [mount, join(mount, 'unified')];
  return places.flatMap((place) =>
    [...names.keys(), names.length].map((depth) =>
      readGroup(join(place, ...names.slice(0, depth)), GROUP_FILES[isMemory ? 'v1' : 'v2']),
    ),
  );
}

async function readGroup(directory: string, files: typeof GROUP_FILES.v2): Promise<number | undefined> {
  const [limit = Number.NaN, usage = Number.NaN] = await Promise.all(
    [files.limit, files.usage].map(async (name) =>
      Number.parseInt(await readText(join(directory, name)), 10),
    ),
  );
  if (Number.isNaN(limit) || Number.isNaN(usage)) return undefined;
  const stat = await readText(join(directory, 'memory.stat'));
  const cache = Number(new RegExp(`^${files.cache} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return Math.max(0, limit - usage + cache);
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'latin1').catch(() => '');
}
