import type { ApprovalState } from '../domain/approval.ts';
import type { ApprovalRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Lease } from './lease.ts';

const PAGE = 500;

/** All approvals of a session in these states, oldest first, however many there have been. */
export async function listSessionApprovals(
  store: Pick<Store, 'listApprovals'>,
  { tenantId, sessionId }: Pick<Lease, 'tenantId' | 'sessionId'>,
  states: ApprovalState[],
): Promise<ApprovalRecord[]> {
  const found: ApprovalRecord[] = [];
  for (;;) {
    const last = found.at(-1);
    const query = { sessionId, states, limit: PAGE, ...(last && { after: last.id }) };
    const page = await store.listApprovals(tenantId, query);
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
