import type { ReactNode } from 'react';

/** Where a conversation forks: after what the agent said, or before what a person said (`text`: to be written anew). */
export interface ForkPoint {
  eventId: string;
  from: 'agent' | 'user';
  text: string;
}

/** Asks for what a fork needs, and makes it. `point` absent: closed. */
export function ForkDialog(_props: {
  sessionId: string;
  point: ForkPoint | undefined;
  onClose: () => void;
}): ReactNode {
  return null;
}
