import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFreeMemory } from '#src/agent/memory.ts';

const GIB = 2 ** 30;

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'bullpen-memory-'))));
afterEach(async () => await rm(root, { recursive: true, force: true }));

/** Files of a machine with 8 GiB free, and these besides. */
async function machine(files: Record<string, string>): Promise<void> {
  const all = { 'proc/meminfo': `MemTotal: 16777216 kB\nMemAvailable:    8388608 kB\n`, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function v2(directory: string, limit: number | 'max', usage: number, cache = 0): Record<string, string> {
  return {
    [`${directory}/memory.max`]: `${limit}\n`,
    [`${directory}/memory.current`]: `${usage}\n`,
    [`${directory}/memory.stat`]: `anon 1\ninactive_file ${cache}\nactive_file 7\n`,
  };
}

describe('free memory', () => {
  it('is what the machine has where nothing limits it', async () => {
    await machine({ 'proc/self/cgroup': '0::/\n' });
    expect(await readFreeMemory(root)).toBe(8 * GIB);
  });

  it('is what the limit of a container leaves, where files in the cache count as free (version 2)', async () => {
    await machine({ 'proc/self/cgroup': '0::/\n', ...v2('sys/fs/cgroup', 2 * GIB, 1.5 * GIB, 0.25 * GIB) });
    expect(await readFreeMemory(root)).toBe(0.75 * GIB);
  });

  it('is the least of what the groups leave that it is in', async () => {
    await machine({
      'proc/self/cgroup': '0::/system.slice/bullpen.service\n',
      ...v2('sys/fs/cgroup/system.slice', 3 * GIB, 2 * GIB),
      ...v2('sys/fs/cgroup/system.slice/bullpen.service', 'max', 2 * GIB),
      ...v2('sys/fs/cgroup/other.slice', 1, 1),
    });
    expect(await readFreeMemory(root)).toBe(GIB);
  });

  it('is what the limit of a container leaves (version 1), also where its path is its host’s', async () => {
    await machine({
      'proc/self/cgroup': '4:memory:/docker/4711\n1:name=systemd:/docker/4711\n0::/\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': `${2 * GIB}\n`,
      'sys/fs/cgroup/memory/memory.usage_in_bytes': `${2 * GIB}\n`,
      'sys/fs/cgroup/memory/memory.stat': `inactive_file 5\ntotal_inactive_file ${GIB}\n`,
    });
    expect(await readFreeMemory(root)).toBe(GIB);
  });

  it('is never less than nothing, and that of the machine if it has less', async () => {
    await machine({ 'proc/self/cgroup': '0::/\n', ...v2('sys/fs/cgroup', GIB, 2 * GIB) });
    expect(await readFreeMemory(root)).toBe(0);
    await machine(v2('sys/fs/cgroup', 64 * GIB, GIB));
    expect(await readFreeMemory(root)).toBe(8 * GIB);
  });

  it('is what Node says where the system has no such files', async () => {
    expect(await readFreeMemory(root)).toBeGreaterThan(0);
  });
});
