import { dirname, isAbsolute } from 'node:path';
import type { PermissionUpdate } from '@anthropic-ai/claude-agent-sdk';

/** A permission rule as the agent takes it in a change of its permissions. */
interface Rule {
  toolName: string;
  ruleContent?: string;
}

/**
 * The rules that allow this call for the rest of a session, as `Tool` or `Tool(content)`: those that the agent
 * suggests, with changes of files below the directories that it suggests, else the very same command, else the tool.
 */
export function findRules(
  name: string,
  input: Record<string, unknown>,
  suggestions: readonly PermissionUpdate[],
): string[] {
  const suggested = suggestions.flatMap((update) => {
    if (update.type === 'addRules' && update.behavior === 'allow') return update.rules.map(formatRule);
    if (update.type === 'addDirectories') return update.directories.map(allowEditsBelow);
    return update.type === 'setMode' ? editsBeside(input) : [];
  });
  if (suggested.length > 0) return suggested;
  const { command } = input;
  return [typeof command === 'string' ? formatRule({ toolName: name, ruleContent: command }) : name];
}

/** Instead of a mode in which every edit is allowed. */
function editsBeside({ file_path: file, notebook_path: notebook }: Record<string, unknown>): string[] {
  const path = file ?? notebook;
  return typeof path === 'string' && isAbsolute(path) ? [allowEditsBelow(dirname(path))] : [];
}

/** The agent's rules for edits hold for every tool that changes files; two slashes begin an absolute path. */
function allowEditsBelow(directory: string): string {
  return formatRule({ toolName: 'Edit', ruleContent: `/${directory}/**` });
}

/** A change of the agent's permissions that lives as long as its process: others would be written into the directory. */
export function allowRules(rules: readonly string[]): PermissionUpdate {
  return { type: 'addRules', behavior: 'allow', destination: 'session', rules: rules.map(parseRule) };
}

function formatRule({ toolName, ruleContent }: Rule): string {
  return ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
}

function parseRule(rule: string): Rule {
  const match = /^([^(]+)\(([\s\S]*)\)$/.exec(rule);
  return match?.[1] === undefined ? { toolName: rule } : { toolName: match[1], ruleContent: match[2] ?? '' };
}
