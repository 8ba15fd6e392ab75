/** What the address of the inbox says. */
export interface ApprovalsSearch {
  /** This one is shown first. */
  id?: string;
  view?: 'history';
}

export function parseApprovalsSearch({ id, view }: Record<string, unknown>): ApprovalsSearch {
  return {
    ...(typeof id === 'string' && id !== '' && { id }),
    ...(view === 'history' && { view: 'history' as const }),
  };
}
