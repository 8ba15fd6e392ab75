import type { ApprovalRecord } from '../../api/approvals.ts';
import type { Approval } from '../../live/fleet-frames.ts';

/** What is in the inbox: a call that waits, or one that did until a moment ago. */
export interface Entry {
  approval: Approval;
  /** Undefined: it waits. */
  settled: Settled | undefined;
}

export interface Settled {
  approval: Approval;
  /** When this page heard of it. */
  at: number;
  /** How it ended; undefined: not asked yet; null: it is gone with its session. */
  record: ApprovalRecord | null | undefined;
}

/** In one order, the oldest first: what is answered stays where it was. */
export function toEntries(open: readonly Approval[], settled: Iterable<Settled>): Entry[] {
  const waiting = new Set(open.map(({ id }) => id));
  const done = [...settled].filter(({ approval }) => !waiting.has(approval.id));
  return [
    ...open.map((approval) => ({ approval, settled: undefined })),
    ...done.map((one) => ({ approval: one.approval, settled: one })),
  ].toSorted((a, b) => compare(a.approval, b.approval));
}

/** The next one that waits: after this one, else the first. */
export function nextWaiting(entries: readonly Entry[], id: string): Entry | undefined {
  const index = entries.findIndex(({ approval }) => approval.id === id);
  const others = [...entries.slice(index + 1), ...entries.slice(0, Math.max(0, index))];
  return others.find(({ approval, settled }) => !settled && approval.id !== id);
}

/** The entry `steps` further on, as far as there are any. */
export function stepFrom(
  entries: readonly Entry[],
  id: string | undefined,
  steps: number,
): Entry | undefined {
  const index = entries.findIndex(({ approval }) => approval.id === id);
  return entries[Math.min(entries.length - 1, Math.max(0, index === -1 ? 0 : index + steps))];
}

export type Scope = 'sameTool' | 'session' | 'everywhere';

/**
 * What can be answered together with a call: those of its tool in its session, all of its session, those of its tool in all
 * sessions. Each of more calls than the one before; plans and questions are answered one by one.
 */
export function toScopes(
  open: readonly Approval[],
  call: Approval,
): { scope: Scope; calls: readonly Approval[] }[] {
  const together = open.filter(isOneOfMany);
  if (!isOneOfMany(call)) return [];
  const inSession = together.filter(({ session_id: session }) => session === call.session_id);
  const sameTool = inSession.filter(({ tool_name: tool }) => tool === call.tool_name);
  const everywhere = together.filter(({ tool_name: tool }) => tool === call.tool_name);
  const scopes: { scope: Scope; calls: readonly Approval[] }[] = [];
  if (sameTool.length > 1) scopes.push({ scope: 'sameTool', calls: sameTool });
  if (inSession.length > Math.max(1, sameTool.length)) scopes.push({ scope: 'session', calls: inSession });
  if (everywhere.length > Math.max(1, sameTool.length)) {
    scopes.push({ scope: 'everywhere', calls: everywhere });
  }
  return scopes;
}

function isOneOfMany({ kind, tool_name: tool }: Approval): boolean {
  return kind === 'permission' && tool !== 'ExitPlanMode';
}

function compare(a: Approval, b: Approval): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
