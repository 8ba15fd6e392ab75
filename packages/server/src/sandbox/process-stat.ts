import { readFile } from 'node:fs/promises';

/** What the kernel says about a process. */
export interface ProcessStat {
  pid: number;
  parentPid: number;
  /** In ticks since the machine booted; with the id it names a process for good. */
  startedAt: string;
  residentPages: number;
  /** Of the process and of those of its children that have ended. */
  cpuTicks: number;
}

/** Undefined when there is no such process, or only its exit code is left of it, or the system has no /proc. */
export async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // `pid (name) state ppid …`: the name may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedAt] = [fields[0], fields[19]];
  if (!startedAt || state === 'Z' || state === 'X') return undefined;
  const [parentPid = 0, residentPages = 0] = [fields[1], fields[21]].map(Number);
  const cpuTicks = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return { pid, parentPid, startedAt, residentPages, cpuTicks };
}
