import path from 'node:path';
import type { Conversation, ToolCall } from './conversation.ts';
import { prose } from './reply.ts';
import type { ReplyBlock } from './reply.ts';

const FILE_NAME = /(?:^|[\s"'`(])(\/?(?:[\w.-]+\/)*[\w-]+\.[a-z]\w{0,7})(?=$|[\s"'`),.;:])/i;
const COMMAND = /\brun\b[^`]*`([^`]+)`/i;
const CONTENT = /(?:content|containing|contains|with|saying|says|text)[^"'`]*["'`]([^"'`]+)["'`]/i;
// What the Write tool says when it would overwrite a file that the agent has not seen.
const UNREAD_FILE = /not been read/i;
const MAX_QUOTE = 300;

/**
 * Plays an agent at work, one model message at a time: plan and write a file, run a command, read the file back,
 * sum up. A tool that is missing or was refused is mentioned in the end, and the work goes on without it.
 */
export function playTask(conversation: Conversation): ReplyBlock[] {
  const prompt = conversation.prompts.at(-1) ?? '';
  const made = conversation.calls.flat();
  const named = FILE_NAME.exec(prompt)?.[1] ?? 'demo.md';
  const file = path.isAbsolute(named) ? named : path.join(conversation.cwd ?? '', named);
  const next = planTask(prompt, file, made).filter((call) => conversation.tools.has(call.name))[made.length];
  if (!next) return [prose(report(conversation, made))];
  return [prose(next.say), { type: 'tool_use', name: next.name, input: next.input }];
}

interface PlannedCall {
  name: string;
  input: Record<string, unknown>;
  say: string;
}

/** All calls of the task, those already made included: their results decide what comes after them. */
function planTask(prompt: string, file: string, made: ToolCall[]): PlannedCall[] {
  const name = path.basename(file);
  const content =
    CONTENT.exec(prompt)?.[1] ?? `# Demo\n\nThe task was:\n\n> ${prompt.replaceAll('\n', '\n> ')}`;
  const write = { name: 'Write', input: { file_path: file, content: `${content}\n` } };
  const read = { name: 'Read', input: { file_path: file } };
  const wasWritten = made.some((call) => call.name === 'Write' && call.result?.isError === false);
  const existedBefore = UNREAD_FILE.test(made[0]?.result?.text ?? '');
  const command = COMMAND.exec(prompt)?.[1] ?? (wasWritten ? `ls -l ${name} && wc -c ${name}` : 'ls -la');
  return [
    {
      ...write,
      say: `My plan: write ${name}, run a command, read the file back, and sum up. First the file.`,
    },
    ...(existedBefore
      ? [
          { ...read, say: `${name} exists already, so I read it first.` },
          { ...write, say: 'Now I can write it.' },
        ]
      : []),
    { name: 'Bash', input: { command, description: 'Run the command' }, say: 'Now I run a command.' },
    ...(wasWritten ? [{ ...read, say: 'I read the file back to check it.' }] : []),
  ];
}

function report(conversation: Conversation, made: ToolCall[]): string {
  const lines = made.map((call) => {
    const outcome = call.result?.text.trim().slice(0, MAX_QUOTE) ?? 'no answer';
    return call.result?.isError === false
      ? `- ${call.name}: ${outcome}`
      : `- ${call.name} did not work: ${outcome}`;
  });
  const missing = ['Write', 'Bash', 'Read'].filter((name) => !conversation.tools.has(name));
  if (missing.length > 0)
    lines.push(`- I could not use ${missing.join(', ')}: not available in this session.`);
  return `Done. This is what I did (I am Bullpen's demo model, a script):\n${lines.join('\n')}`;
}
