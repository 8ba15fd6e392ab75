import { readdir, readFile } from 'node:fs/promises';

/** Process ids whose command line holds `text` as one of its arguments. */
export async function findProcesses(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (args.split('\0').includes(text)) found.push(pid);
  }
  return found;
}
