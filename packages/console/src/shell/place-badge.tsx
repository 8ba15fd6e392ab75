import type { ReactNode } from 'react';
import type { Place } from './navigation.ts';

/** How many wait in a place. */
export function PlaceBadge(_props: { name: Place['name'] }): ReactNode {
  return null;
}
