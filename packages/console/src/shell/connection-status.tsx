import type { ReactNode } from 'react';

/** Whether what the page shows is live. */
export function ConnectionStatus(): ReactNode {
  return null;
}
