import type { ReactNode } from 'react';

export function Composer(_props: { sessionId: string }): ReactNode {
  return null;
}
