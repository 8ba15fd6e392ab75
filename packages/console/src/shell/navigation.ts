import {
  Activity,
  Bot,
  Boxes,
  ChartColumn,
  CirclePlus,
  FolderOpen,
  Inbox,
  Server,
  type LucideIcon,
} from 'lucide-react';

/** The places of the console, in the order of the navigation. `key`: `g` and then this letter leads there. */
export const PLACES = [
  { name: 'fleet', path: '/', key: 's', icon: Activity },
  { name: 'approvals', path: '/approvals', key: 'a', icon: Inbox },
  { name: 'start', path: '/start', key: 'n', icon: CirclePlus },
  { name: 'agents', path: '/agents', key: 'g', icon: Bot },
  { name: 'environments', path: '/environments', key: 'e', icon: Boxes },
  { name: 'files', path: '/files', key: 'f', icon: FolderOpen },
  { name: 'usage', path: '/usage', key: 'u', icon: ChartColumn },
  { name: 'server', path: '/server', key: 'v', icon: Server },
] as const satisfies readonly { name: string; path: string; key: string; icon: LucideIcon }[];

export type Place = (typeof PLACES)[number];
/** Shown on a phone; the others are behind "more". */
export const ON_PHONE = 4;
