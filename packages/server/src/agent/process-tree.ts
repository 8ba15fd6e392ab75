import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../lib/duration.ts';

/** The environment variable by which everything that an agent started is found, wherever it went. */
export const TREE_MARK = 'AGENT_PROCESS_TREE';

const LOOK_AGAIN_MS = 5;
const GIVE_UP_MS = 10 * SECOND;

/** A process: its id alone may stand for another one later. */
interface Member {
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

/** The processes whose environment carries `mark`. */
export async function listMarked(mark: string): Promise<Member[]> {
  const found: Member[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (!environment.includes(`${TREE_MARK}=${mark}`)) continue;
    const member = await readMember(pid);
    if (member) found.push(member);
  }
  return found;
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

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone by itself.
  }
}

async function isAlive(member: Member): Promise<boolean> {
  return (await readMember(member.pid))?.startedAt === member.startedAt;
}

/** Undefined when there is no such process, or only its exit code is left of it. */
async function readMember(pid: number): Promise<Member | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // `pid (name) state ppid …`: the name may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedAt] = [fields[0], fields[19]];
  if (!startedAt || state === 'Z' || state === 'X') return undefined;
  return { pid, startedAt };
}

async function readChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
