import type { Activity, CallItem, SessionSnapshot } from '../../../live/session-items.ts';
import { toTool } from '../../../approval/waiting-call.ts';
import type { Status } from '../../../ui/status.tsx';

/** The state of a session as the status badge knows it. */
export const STATUS_OF: Record<Activity['state'], Status> = {
  new: 'idle',
  queued: 'pending',
  running: 'running',
  rescheduling: 'rescheduling',
  waiting: 'waiting',
  completed: 'completed',
  failed: 'error',
  cancelled: 'cancelled',
  archived: 'terminated',
  deleted: 'terminated',
};

/** What a session waits for; the names are those of the texts. Undefined: for nothing that a person should know. */
export type Wait =
  | { for: 'slot' | 'person' | 'plan' | 'budget' | 'provider' | 'model' | 'reconnecting' }
  | { for: 'approval'; tools: string }
  | { for: 'providerAt'; at: number }
  | { for: 'node'; node: string }
  | { for: 'tool'; tool: string };

export function waitOf({
  activity,
  pending,
  items,
  spans,
  connection,
}: Pick<SessionSnapshot, 'activity' | 'pending' | 'items' | 'spans' | 'connection'>): Wait | undefined {
  if (connection.state === 'reconnecting') return { for: 'reconnecting' };
  switch (activity.state) {
    case 'queued':
      return { for: 'slot' };
    case 'rescheduling':
      if (activity.waitsForNode !== undefined) return { for: 'node', node: activity.waitsForNode };
      return activity.retryAt === undefined
        ? { for: 'provider' }
        : { for: 'providerAt', at: activity.retryAt };
    case 'waiting':
      if (activity.waitsFor === 'budget') return { for: 'budget' };
      if (pending.every((call) => nameOf(call) === 'AskUserQuestion')) return { for: 'person' };
      return pending.every((call) => nameOf(call) === 'ExitPlanMode')
        ? { for: 'plan' }
        : { for: 'approval', tools: [...new Set(pending.map(nameOf))].join(', ') };
    case 'running': {
      const last = items.findLast(
        (item): item is CallItem => item.kind === 'call' && item.state === 'running',
      );
      if (last) return { for: 'tool', tool: nameOf(last) };
      return spans.at(-1)?.endedAt === undefined && spans.length > 0 ? { for: 'model' } : undefined;
    }
    default:
      return undefined;
  }
}

/** As people know it from the agent. */
function nameOf({ tool }: CallItem): string {
  return tool.kind === 'built_in' ? toTool(tool.name).name : tool.name;
}
