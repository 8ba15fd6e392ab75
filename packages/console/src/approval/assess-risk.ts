import { assessCommand } from './assess-command.ts';
import { toTool } from './waiting-call.ts';

/**
 * `runs`: a program or agent of which nothing more is known. `external`: a server of somebody else's. `sensitive`:
 * secrets, or files that decide what runs later. `destructive`: what cannot be taken back, or has power over the machine.
 */
export type RiskKind = 'reads' | 'writes' | 'runs' | 'network' | 'external' | 'sensitive' | 'destructive';
export type RiskLevel = 'low' | 'medium' | 'high';

export interface Finding {
  kind: RiskKind;
  /** The part of the call that says so. */
  excerpt: string;
}

/** What a call does, at a glance. A help for the eye, and no barrier: the exact input decides. */
export interface Risk {
  level: RiskLevel;
  /** Each once, the gravest first. */
  kinds: readonly RiskKind[];
  findings: readonly Finding[];
}

const GRAVEST_FIRST: readonly RiskKind[] = [
  'destructive',
  'sensitive',
  'network',
  'external',
  'writes',
  'runs',
  'reads',
];
const SENSITIVE =
  /(?:^|[\s/"'=~])(?:\.ssh\b|\.aws\b|\.gnupg\b|\.netrc\b|\.npmrc\b|\.pypirc\b|\.kube\b|\.env(?:\.(?!example|sample|template)\w+)?(?![\w.])|id_(?:rsa|ed25519|ecdsa)\b|authorized_keys\b|credentials\b|shadow\b|sudoers\b|\.git\/(?:hooks|config)\b|\.github\/workflows\b|\.(?:bashrc|zshrc|profile|bash_profile)\b|approval-key\b)/;
const SYSTEM = /^\/(?:etc|usr|bin|sbin|boot|lib|root|var\/lib)\//;

const READERS = new Set([
  'Read',
  'Glob',
  'Grep',
  'LS',
  'NotebookRead',
  'TodoWrite',
  'BashOutput',
  'TaskOutput',
  'ExitPlanMode',
]);
const WRITERS = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit']);

/** What a call of a tool does, by its name and its input. Pure. */
export function assessRisk(name: string, input: Record<string, unknown>): Risk {
  const findings = find(name, input);
  const kinds = GRAVEST_FIRST.filter((kind) => findings.some((finding) => finding.kind === kind));
  return { level: levelOf(kinds), kinds, findings };
}

function levelOf(kinds: readonly RiskKind[]): RiskLevel {
  if (kinds.includes('destructive') || kinds.includes('sensitive')) return 'high';
  return kinds.every((kind) => kind === 'reads') ? 'low' : 'medium';
}

function find(name: string, input: Record<string, unknown>): Finding[] {
  const tool = toTool(name);
  if (tool.kind !== 'built_in') return findByName(tool.name, tool.kind === 'mcp' ? tool.server : tool.name);
  if (tool.name === 'Bash') {
    const command = textOf(input['command']);
    return [...assessCommand(command), ...findSensitive(command)];
  }
  const path = textOf(input['file_path'] ?? input['notebook_path'] ?? input['path']);
  if (READERS.has(tool.name)) return [{ kind: 'reads', excerpt: path }, ...findSensitive(path)];
  if (WRITERS.has(tool.name)) {
    const isSystem = SYSTEM.test(path);
    return [
      { kind: 'writes', excerpt: path },
      ...findSensitive(path),
      ...(isSystem ? [{ kind: 'sensitive' as const, excerpt: path }] : []),
    ];
  }
  if (tool.name === 'WebFetch' || tool.name === 'WebSearch') {
    return [{ kind: 'network', excerpt: textOf(input['url'] ?? input['query']) }];
  }
  if (tool.name === 'AskUserQuestion') return [];
  return [{ kind: 'runs', excerpt: tool.name }];
}

/** Of a tool of which only the name is known. */
function findByName(name: string, owner: string): Finding[] {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const found: Finding[] = [{ kind: 'external', excerpt: owner }];
  const has = (verbs: string): boolean => new RegExp(`(?:^|[_-])(?:${verbs})(?:$|[_-])`).test(words);
  if (has('delete|remove|drop|destroy|purge|wipe|reset|revoke|terminate|refund|pay|transfer|deploy')) {
    found.push({ kind: 'destructive', excerpt: name });
  } else if (
    has('create|update|write|set|add|put|post|send|edit|insert|upload|merge|close|move|rename|publish')
  ) {
    found.push({ kind: 'writes', excerpt: name });
  } else if (has('get|list|read|search|find|query|fetch|show|describe|lookup|count')) {
    found.push({ kind: 'reads', excerpt: name });
  }
  return found;
}

function findSensitive(text: string): Finding[] {
  const match = SENSITIVE.exec(text);
  return match ? [{ kind: 'sensitive', excerpt: match[0].trim() }] : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
