import type { ApprovalState } from '../domain/approval.ts';

/** Which approvals a list has. */
export interface ApprovalQuery {
  limit: number;
  /** Absent: all. */
  states?: ApprovalState[];
  sessionId?: string;
  /** Only those after this id, in the order of the list. */
  after?: string;
  /** Absent: oldest first. */
  order?: 'asc' | 'desc';
}
