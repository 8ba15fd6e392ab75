import { textOf } from '../../../live/session-events.ts';
import type { CallItem, ConversationItem } from '../../../live/session-items.ts';
import { withoutColours } from './text/terminal.ts';
import { resultText } from './calls/result-text.ts';

export interface Words {
  you: string;
  agent: string;
  error: string;
}

/** The conversation as a document: what was said, and what was done with what came of it. Thoughts are left out. */
export function toMarkdown(items: readonly ConversationItem[], title: string, words: Words): string {
  const parts = [`# ${title}`];
  let speaker = '';
  for (const item of items) {
    const text = partOf(item, words);
    if (text === undefined) continue;
    const who = item.kind === 'user' ? words.you : words.agent;
    if (who !== speaker) parts.push(`## ${who}`);
    speaker = who;
    parts.push(text);
  }
  return `${parts.join('\n\n')}\n`;
}

function partOf(item: ConversationItem, words: Words): string | undefined {
  switch (item.kind) {
    case 'user':
      return textOf(item.content) || undefined;
    case 'text':
      return item.text || undefined;
    case 'call':
      return callOf(item, words);
    case 'error':
      return quote(`**${words.error}:** ${item.message}`);
    case 'result':
      return item.structuredOutput === undefined
        ? undefined
        : fence(JSON.stringify(item.structuredOutput, null, 2), 'json');
    default:
      return undefined;
  }
}

function callOf(call: CallItem, words: Words): string {
  const { tool, thread } = call;
  const input = call.approval?.input ?? call.input;
  const { command } = input;
  const parts = [
    `**${tool.kind === 'mcp' ? `${tool.server} · ${tool.name}` : tool.name}**`,
    typeof command === 'string' ? fence(command, 'sh') : fence(JSON.stringify(input, null, 2), 'json'),
  ];
  const nested = (thread?.items ?? []).flatMap((item) => partOf(item, words) ?? []);
  if (nested.length > 0) parts.push(quote(nested.join('\n\n')));
  const output = withoutColours(resultText(call));
  if (output !== '') parts.push(fence(output));
  return parts.join('\n\n');
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** A block that nothing in it ends. */
function fence(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${text.replace(/\n$/, '')}\n${ticks}`;
}
