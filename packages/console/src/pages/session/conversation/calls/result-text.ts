import { textOf } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';

/** The text of a result, without the marks that are for the model. */
export function resultText({ result }: Pick<CallItem, 'result'>): string {
  if (!result) return '';
  return textOf(result.content)
    .replace(/^<tool_use_error>([\s\S]*)<\/tool_use_error>$/, '$1')
    .replaceAll(/\n?<system-reminder>[\s\S]*?<\/system-reminder>/g, '')
    .replace(/\n+$/, '');
}

/** The exit code of a command, and what it wrote. */
export function splitExitCode(text: string): { exitCode?: number; output: string } {
  const match = /^(?:Error: )?Exit code (\d+)\n?/.exec(text);
  return match ? { exitCode: Number(match[1]), output: text.slice(match[0].length) } : { output: text };
}

/** What a subagent reports, without the frame and the counts that are for the model. */
export function reportOf(text: string): string {
  const framed = /(?:^|\n)\[Subagent hand-back\][^\n]*follows:\n((?: {2}[^\n]*(?:\n|$)|\n)*)/.exec(text);
  const report = framed?.[1]?.replaceAll(/^ {2}/gm, '') ?? text.replace(/(?:^|\n)agentId: [\s\S]*$/, '');
  return report.trim();
}

/** An object or a list; undefined: the text is something else. */
export function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface NumberedCode {
  firstLine: number;
  code: string;
}

/** Lines with their numbers before them, as reading a file gives; undefined: they have none. */
export function splitNumbers(text: string): NumberedCode | undefined {
  const lines = text.split('\n');
  const parts = lines.map((line) => /^\s*(\d+)(?:\t|→)(.*)$/s.exec(line));
  const first = parts[0]?.[1];
  if (first === undefined || parts.some((part) => !part)) return undefined;
  return { firstLine: Number(first), code: parts.map((part) => part?.[2] ?? '').join('\n') };
}
