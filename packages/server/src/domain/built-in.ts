import { deriveId } from '../lib/ids.ts';
import type { AgentDefinition } from './agent-config.ts';
import { DEFAULT_CLOUD, type Environment } from './environment.ts';

// What `/v1` shows of sessions that `/execute/` started: they have no agent and no environment of their own.

export function builtInAgentId(tenantId: string): string {
  return deriveId(`agent of ${tenantId}`);
}

export function builtInEnvironmentId(tenantId: string): string {
  return deriveId(`environment of ${tenantId}`);
}

/** It has one version. */
export const BUILT_IN_VERSION = 1;

/** What such a session really works with, each of its runs says for itself. */
export const BUILT_IN_AGENT: AgentDefinition = {
  name: 'execute',
  description:
    'Stands behind the sessions that POST /execute/ starts. Their requests say which model and tools they get.',
  model: { id: 'default', speed: 'standard' },
  system: null,
  tools: [
    {
      type: 'agent_toolset_20260401',
      default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
      configs: [],
    },
  ],
  mcp_servers: [],
  metadata: {},
};

export const BUILT_IN_ENVIRONMENT: Environment = {
  name: 'execute',
  description: 'Stands behind the sessions that POST /execute/ starts.',
  config: DEFAULT_CLOUD,
  metadata: {},
};
