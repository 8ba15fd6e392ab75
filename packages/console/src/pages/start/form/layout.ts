import type { Special } from './fields.ts';

/** The folded parts of the form, in their order. `top` is always open, `refused` takes no value but none. */
export const GROUPS = [
  'model',
  'place',
  'permissions',
  'servers',
  'environment',
  'output',
  'labels',
  'more',
] as const;
export type Group = (typeof GROUPS)[number] | 'top' | 'refused';

export interface Place {
  group: Group;
  as?: Special['kind'] | 'pairs';
}

/** Where the properties of a request are shown: their order is the order on the page. */
export type Layout = Readonly<Record<string, Place>>;

/** Of `POST /execute/`. */
export const EXECUTE: Layout = {
  prompt: { group: 'top', as: 'long' },
  model: { group: 'model', as: 'model' },
  system_prompt: { group: 'model', as: 'long' },
  max_turns: { group: 'model' },
  max_budget_usd: { group: 'model' },
  max_thinking_tokens: { group: 'model' },
  cwd: { group: 'place', as: 'directory' },
  setting_sources: { group: 'place' },
  permission_mode: { group: 'permissions' },
  on_ask: { group: 'permissions' },
  allowed_tools: { group: 'permissions' },
  disallowed_tools: { group: 'permissions' },
  mcp_servers: { group: 'servers', as: 'servers' },
  env: { group: 'environment' },
  output_schema: { group: 'output' },
  title: { group: 'labels' },
  metadata: { group: 'labels', as: 'pairs' },
  resume_session_id: { group: 'more' },
  // The API has these names for later, and refuses every value.
  fork: { group: 'refused' },
  agents: { group: 'refused' },
};

/** Of `POST /v1/sessions`. */
export const SESSION: Layout = {
  initial_events: { group: 'top', as: 'message' },
  agent: { group: 'top', as: 'agent' },
  environment_id: { group: 'top', as: 'environment' },
  override_model: { group: 'model', as: 'model' },
  override_system: { group: 'model', as: 'long' },
  budget: { group: 'model', as: 'budget' },
  resources: { group: 'place', as: 'resources' },
  override_tools: { group: 'permissions' },
  override_mcp_servers: { group: 'servers' },
  title: { group: 'labels' },
  metadata: { group: 'labels' },
  vault_ids: { group: 'refused' },
  override_skills: { group: 'refused' },
  // What says which kind of agent it is; written by the console.
  override_type: { group: 'refused' },
  override_id: { group: 'refused' },
  override_version: { group: 'refused' },
};
