import type { FleetRecord } from '../../store/fleet.ts';
import type { ApprovalRecord } from '../../store/records.ts';
import { formatEvent } from '../sse.ts';
import { projectApproval } from '../simple/project-approval.ts';

/** Sessions whose calls are read at once: their inputs may be large. */
const AT_ONCE = 32;

/** The open calls that one reader has been told of. */
export class OpenApprovals {
  readonly #read: (sessionIds: string[]) => Promise<ApprovalRecord[]>;
  /** The ids of the calls, by session; a call never changes while it is open. */
  readonly #told = new Map<string, string>();

  constructor(read: (sessionIds: string[]) => Promise<ApprovalRecord[]>) {
    this.#read = read;
  }

  /** Frames for those of these sessions whose open calls are not what was told. */
  async *frames(sessions: readonly FleetRecord[]): AsyncGenerator<string> {
    const changed = sessions.filter(({ id, calls }) => idsOf(calls) !== (this.#told.get(id) ?? ''));
    for (let start = 0; start < changed.length; start += AT_ONCE) {
      const some = changed.slice(start, start + AT_ONCE);
      // As they are now, which may be newer than the record; then the session is told of again.
      const open = new Map<string, ApprovalRecord[]>(some.map(({ id }) => [id, []]));
      for (const approval of await this.#read([...open.keys()])) open.get(approval.sessionId)?.push(approval);
      let frames = '';
      for (const [id, approvals] of open) {
        this.#note(id, idsOf(approvals));
        frames += formatEvent('approvals', { session_id: id, open: approvals.map(projectApproval) });
      }
      yield frames;
    }
  }

  /** A session is gone, and its calls with it. */
  forget(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#told.delete(id);
  }

  #note(sessionId: string, ids: string): void {
    if (ids === '') this.#told.delete(sessionId);
    else this.#told.set(sessionId, ids);
  }
}

function idsOf(calls: readonly { id: string }[]): string {
  return calls.map(({ id }) => id).join(' ');
}
