import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../lib/duration.ts';
import { readStat } from './process-stat.ts';

/** The environment variable by which everything that an agent started is found, wherever it went. It holds a path. */
export const TREE_MARK = 'AGENT_PROCESS_TREE';

const LOOK_AGAIN_MS = 5;
const GIVE_UP_MS = 10 * SECOND;

/** A process: its id alone may stand for another one later. */
export interface Member {
  pid: number;
  startedAt: string;
}

/** The processes below and with `root` as they are now. Empty where the system has no /proc. */
export async function listTree(root: number): Promise<Member[]> {
  const member = await readMember(root);
  if (!member) return [];
  const children = await Promise.all((await readChildren(root)).map(listTree));
  return [member, ...children.flat()];
}

/** The processes whose environment carries `mark` or a path below it. */
export async function listMarked(mark: string): Promise<Member[]> {
  const found: Member[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !(await isMarked(pid, mark))) continue;
    const member = await readMember(pid);
    if (member) found.push(member);
  }
  return found;
}

/** The marked ones with everything below them: what a marked one started may have an environment of its own. */
export async function listMarkedTrees(mark: string): Promise<Member[]> {
  const roots = await listMarked(mark);
  return (await Promise.all(roots.map(({ pid }) => listTree(pid)))).flat();
}

/**
 * Kills what `list` finds, again and again while it finds more, and resolves when all that was ever found is gone.
 * False: something did not go within 10 s.
 */
export async function killAll(list: () => Promise<Member[]>): Promise<boolean> {
  const members = new Map<string, Member>();
  for (let waitedMs = 0; waitedMs < GIVE_UP_MS; waitedMs += LOOK_AGAIN_MS) {
    for (const member of await list()) members.set(`${member.pid}/${member.startedAt}`, member);
    for (const [key, member] of members) {
      if (!(await isAlive(member))) members.delete(key);
      else signal(member.pid, 'SIGKILL');
    }
    if (members.size === 0) return true;
    await sleep(LOOK_AGAIN_MS);
  }
  return false;
}

/**
 * Kills a process group by the id of its leader. A group can outlive its leader, and keeps the number from being
 * given away; once it is gone too, the number may be anybody's, and then nothing is killed.
 */
export function killGroup(leader: number, leaderHasEnded: boolean): void {
  if (leaderHasEnded && isTaken(leader)) return;
  signal(-leader, 'SIGKILL');
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone by itself.
  }
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

async function isAlive(member: Member): Promise<boolean> {
  return (await readMember(member.pid))?.startedAt === member.startedAt;
}

async function isMarked(pid: number, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const start = `\0${TREE_MARK}=${Buffer.from(mark).toString('latin1')}`;
  const at = `\0${environment}`.indexOf(start);
  return at >= 0 && ['\0', '/'].includes(environment[at + start.length - 1] ?? '\0');
}

/** Undefined when there is no such process, or only its exit code is left of it. */
async function readMember(pid: number): Promise<Member | undefined> {
  const stat = await readStat(pid);
  return stat && { pid, startedAt: stat.startedAt };
}

async function readChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
