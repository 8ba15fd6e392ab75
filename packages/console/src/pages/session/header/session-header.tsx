import type { ReactNode } from 'react';

export function SessionHeader(_props: { sessionId: string }): ReactNode {
  return null;
}
