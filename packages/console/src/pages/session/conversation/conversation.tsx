import type { ReactNode } from 'react';
import type { ForkPoint } from '../header/fork.tsx';

export function Conversation(_props: { sessionId: string; onFork: (point: ForkPoint) => void }): ReactNode {
  return null;
}
