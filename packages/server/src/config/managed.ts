import type { Setting } from './setting.ts';
import type { SettingReader } from './sources.ts';
import { onOff } from './value.ts';

/** The settings of `/v1`. */
export const MANAGED_SETTINGS = {
  acceptUnknownFields: {
    name: 'accept-unknown-fields',
    group: 'Managed agents',
    help: 'ignore fields of /v1 requests that this release does not know, for an SDK that is newer, instead of refusing them',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off',
  },
  hostedStrictness: {
    name: 'hosted-strictness',
    group: 'Managed agents',
    help: 'ask /v1 requests for the anthropic-version and anthropic-beta headers, as the hosted API does',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off',
  },
  stdioMcp: {
    name: 'stdio-mcp',
    group: 'Managed agents',
    help: 'let agents of /v1 have MCP servers that are programs on this machine',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off',
  },
} satisfies Record<string, Setting<unknown>>;

/** How strictly `/v1` keeps to the hosted API, and what it allows beyond. */
export interface ManagedConfig {
  acceptUnknownFields: boolean;
  hostedStrictness: boolean;
  /** Whether an agent may have an MCP server of type `stdio`. */
  stdioMcp: boolean;
}

export function readManaged({ read }: SettingReader): ManagedConfig {
  return {
    acceptUnknownFields: read(MANAGED_SETTINGS.acceptUnknownFields),
    hostedStrictness: read(MANAGED_SETTINGS.hostedStrictness),
    stdioMcp: read(MANAGED_SETTINGS.stdioMcp),
  };
}
