import type { Dialect } from '../dialect.ts';

/** What a list of many sessions needs to see which of them wait, however many calls were answered before. */
export const openApprovals = {
  version: 11,
  name: 'open-approvals',
  statements(_dialect: Dialect): string[] {
    return [`create index approvals_open on approvals (tenant_id, session_id, id) where state = 'open'`];
  },
};
