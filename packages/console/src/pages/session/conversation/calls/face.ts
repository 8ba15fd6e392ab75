import type { TFunction } from 'i18next';
import type { LucideIcon } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { CallItem } from '../../../../live/session-items.ts';

/** How a kind of call is shown. */
export interface CallFace {
  icon: LucideIcon;
  title: string;
  /** What it is about, in one line. */
  summary: ReactNode;
  /** The summary is code or a path. */
  isCode?: boolean;
  /** How it went, in a word or a number. */
  meta?: ReactNode;
  /** Shown unfolded at first. */
  isOpen?: boolean;
  Body: ComponentType<{ call: CallItem }>;
  /** The file that it is about: to be copied. */
  path?: string;
}

export type Describe = (call: CallItem, t: TFunction, locale: string) => CallFace;
