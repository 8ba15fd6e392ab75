import { findProgram } from '../lib/find-program.ts';
import { createBubblewrap } from './bubblewrap.ts';
import { createNamespace } from './namespace.ts';
import { processGroup } from './process-group.ts';
import type { Sandbox } from './sandbox.ts';
import { findFault } from './trial.ts';

/** The operator demands a sandbox that this machine does not give. */
export class SandboxUnavailable extends Error {
  override name = 'SandboxUnavailable';
  readonly kind: Sandbox['kind'];

  constructor(kind: Sandbox['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

export interface DetectedSandbox {
  sandbox: Sandbox;
  /** Why it is no stronger one; undefined when that is no question. */
  reason: string | undefined;
}

/** A rung of the ladder: gives the sandbox, or says what keeps it from working here. */
type Rung = (path: string) => Promise<Sandbox | string>;

/** Strongest first; below them is the process group, which always works. */
const LADDER: { kind: Sandbox['kind']; rung: Rung }[] = [
  { kind: 'bubblewrap', rung: tryBubblewrap },
  { kind: 'namespace', rung: tryNamespace },
];

/**
 * The strongest sandbox that is wished for and really works here: a trial run proves it. Throws SandboxUnavailable
 * when `wish` names one that does not work. `path`: where to look for programs, like PATH.
 */
export async function detectSandbox(wish: 'auto' | Sandbox['kind'], path: string): Promise<DetectedSandbox> {
  const faults: string[] = [];
  for (const { kind, rung } of LADDER) {
    if (wish !== 'auto' && wish !== kind) continue;
    const found = process.platform === 'linux' ? await rung(path) : `${kind} runs on Linux only`;
    if (typeof found !== 'string') return { sandbox: found, reason: faults.join('; ') || undefined };
    if (wish === kind) throw new SandboxUnavailable(kind, found);
    faults.push(found);
  }
  return { sandbox: processGroup, reason: faults.join('; ') || undefined };
}

async function tryBubblewrap(path: string): Promise<Sandbox | string> {
  const file = await findProgram('bwrap', path);
  if (!file) return 'bubblewrap (bwrap) is not installed';
  const sandbox = createBubblewrap(file);
  const fault = await findFault(sandbox, path);
  return fault ? `bubblewrap ${fault}` : sandbox;
}

/** Root needs no user namespace, unless its capabilities were taken away; others do. */
async function tryNamespace(path: string): Promise<Sandbox | string> {
  const [setpriv, unshare] = [await findProgram('setpriv', path), await findProgram('unshare', path)];
  if (!setpriv || !unshare) return `${setpriv ? 'unshare' : 'setpriv'} (util-linux) is not installed`;
  let fault: string | undefined;
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true]) {
    const sandbox = createNamespace({ setpriv, unshare }, { userNamespace });
    const found = await findFault(sandbox, path);
    if (!found) return sandbox;
    fault ??= found;
  }
  return `unshare ${fault}`;
}
