import type { ReactNode } from 'react';

export function SidePanel(_props: { sessionId: string }): ReactNode {
  return null;
}
