import { Anthropic } from '@anthropic-ai/sdk';
import { Anthropic as Anthropic120 } from 'anthropic-sdk-0-120';
import { Anthropic as Anthropic95 } from 'anthropic-sdk-0-95';

/** The releases of the official SDK that must work, the newest first. */
export const SDK_PACKAGES = {
  '1.12': { name: '@anthropic-ai/sdk', Client: Anthropic },
  '0.120': { name: 'anthropic-sdk-0-120', Client: Anthropic120 },
  '0.95': { name: 'anthropic-sdk-0-95', Client: Anthropic95 },
} as const;

export type SdkVersion = keyof typeof SDK_PACKAGES;

export const NEWEST = '1.12' satisfies SdkVersion;
