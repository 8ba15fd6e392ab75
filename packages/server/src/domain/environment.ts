import type { Metadata } from './metadata.ts';

/** Where sessions of `/v1` work. The names are the wire's; it is stored as it is. */
export interface Environment {
  name: string;
  description: string | null;
  config: CloudConfig;
  metadata: Metadata;
}

/** A sandbox of this server. How strongly it holds an agent is the operator's choice. */
export interface CloudConfig {
  type: 'cloud';
  networking: { type: 'unrestricted' };
  /** All lists are empty: nothing can be installed yet. */
  packages: { type: 'packages' } & Record<PackageManager, string[]>;
}

export const PACKAGE_MANAGERS = ['apt', 'cargo', 'gem', 'go', 'npm', 'pip'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

export const DEFAULT_CLOUD: CloudConfig = {
  type: 'cloud',
  networking: { type: 'unrestricted' },
  packages: { type: 'packages', apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] },
};
