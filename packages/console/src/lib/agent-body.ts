import { isRecord, type JsonObject } from './json.ts';

/**
 * An agent as it is sent: the form, the JSON and the comparison of versions are views of this. What the form does not know
 * stays where it is; the server has the last word on the rest.
 */
export interface AgentBody {
  name: string;
  description: string | null;
  model: { id: string; effort?: { type: string } | null; [other: string]: unknown };
  system: string | null;
  tools: Tool[];
  mcp_servers: McpServer[];
  metadata: Record<string, string>;
}

export const POLICIES = ['always_allow', 'always_ask', 'auto'] as const;
export type Policy = (typeof POLICIES)[number];
export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export const BUILT_IN_TOOLS = [
  'bash',
  'read',
  'write',
  'edit',
  'glob',
  'grep',
  'web_fetch',
  'web_search',
] as const;
export const TOOLSET = 'agent_toolset_20260401';

export interface Tool {
  type: string;
  [other: string]: unknown;
}

export interface McpServer {
  type: string;
  name: string;
  [other: string]: unknown;
}

/** A change that is based on a version. Null in `metadata` removes a key. */
export type AgentUpdate = Omit<AgentBody, 'metadata'> & {
  version: number;
  metadata: Record<string, string | null>;
};

export const NEW_AGENT: AgentBody = {
  name: '',
  description: null,
  model: { id: '' },
  system: null,
  tools: [{ type: TOOLSET, default_config: { enabled: true, permission_policy: { type: 'always_ask' } } }],
  mcp_servers: [],
  metadata: {},
};

const FIELDS = [
  'name',
  'description',
  'model',
  'system',
  'tools',
  'mcp_servers',
  'metadata',
] as const satisfies readonly (keyof AgentBody)[];
export type AgentField = (typeof FIELDS)[number];

/** What of an agent that is shown can be changed. */
export function toBody(agent: unknown): AgentBody {
  const shown = isRecord(agent) ? agent : {};
  const body = checkBody(Object.fromEntries(FIELDS.map((field) => [field, shown[field]])));
  if ('fault' in body) throw new TypeError(body.fault.path);
  // The only value that is taken, and nothing to look at.
  const { speed, ...model } = body.model;
  return { ...body, model: speed === 'standard' ? { ...model, id: body.model.id } : body.model };
}

export interface BodyFault {
  /** `syntax`: no JSON; `unknown`: no such field; else what should be at `path`. */
  kind: 'syntax' | 'unknown' | 'text' | 'list' | 'object';
  path: string;
}

/** Reads what somebody has written. Only what the form could not show is a fault. */
export function parseBody(text: string): AgentBody | { fault: BodyFault } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: { kind: 'syntax', path: error instanceof Error ? error.message : '' } };
  }
  if (!isRecord(value)) return { fault: { kind: 'object', path: '' } };
  const unknown = Object.keys(value).find((key) => !FIELDS.some((field) => field === key));
  return unknown === undefined ? checkBody(value) : { fault: { kind: 'unknown', path: unknown } };
}

export function printBody(body: AgentBody): string {
  return JSON.stringify(body, null, 2);
}

/** The same as a change of `base`. */
export function toUpdate(body: AgentBody, base: AgentBody, version: number): AgentUpdate {
  const removed = Object.keys(base.metadata).filter((key) => !(key in body.metadata));
  return {
    ...body,
    version,
    metadata: { ...body.metadata, ...Object.fromEntries(removed.map((key) => [key, null])) },
  };
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Somebody saved `theirs` while `base` was being changed into `mine`: my fields where I changed them, theirs elsewhere.
 * `both`: what both have changed, where mine is kept.
 */
export function rebase(
  base: AgentBody,
  mine: AgentBody,
  theirs: AgentBody,
): { body: AgentBody; both: AgentField[] } {
  const both: AgentField[] = [];
  const body = { ...theirs };
  for (const field of FIELDS) {
    if (isSame(mine[field], base[field])) continue;
    Object.assign(body, { [field]: mine[field] });
    if (!isSame(theirs[field], base[field]) && !isSame(theirs[field], mine[field])) both.push(field);
  }
  return { body, both };
}

function checkBody(value: JsonObject): AgentBody | { fault: BodyFault } {
  const fault = (kind: BodyFault['kind'], path: string) => ({ fault: { kind, path } });
  const { name = '', description = null, system = null, tools, mcp_servers: servers, metadata } = value;
  if (typeof name !== 'string') return fault('text', 'name');
  if (description !== null && typeof description !== 'string') return fault('text', 'description');
  if (system !== null && typeof system !== 'string') return fault('text', 'system');
  const model = typeof value['model'] === 'string' ? { id: value['model'] } : (value['model'] ?? { id: '' });
  if (!isRecord(model)) return fault('object', 'model');
  if (typeof model['id'] !== 'string') return fault('text', 'model.id');
  const { id, effort } = model;
  if (!isNothing(effort) && typeof effort !== 'string' && !isRecord(effort))
    return fault('object', 'model.effort');
  for (const [field, list, named] of [
    ['tools', tools, 'type'],
    ['mcp_servers', servers, 'name'],
  ] as const) {
    if (isNothing(list)) continue;
    if (!Array.isArray(list)) return fault('list', field);
    for (const [index, entry] of list.entries()) {
      if (!isRecord(entry)) return fault('object', `${field}.${index}`);
      for (const key of ['type', named]) {
        if (typeof entry[key] !== 'string') return fault('text', `${field}.${index}.${key}`);
      }
      if (!isNothing(entry['configs']) && !isListOfRecords(entry['configs'])) {
        return fault('list', `${field}.${index}.configs`);
      }
    }
  }
  if (!isNothing(metadata) && !isRecord(metadata)) return fault('object', 'metadata');
  for (const [key, text] of Object.entries(metadata ?? {})) {
    if (typeof text !== 'string') return fault('text', `metadata.${key}`);
  }
  return {
    name,
    description: description || null,
    model: { ...model, id, ...(typeof effort === 'string' && { effort: { type: effort } }) },
    system: system || null,
    tools: tools ?? [],
    mcp_servers: servers ?? [],
    metadata: metadata ?? {},
  } as AgentBody;
}

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isListOfRecords(value: unknown): boolean {
  return Array.isArray(value) && value.every(isRecord);
}
