import { toFile, type Anthropic } from '@anthropic-ai/sdk';
import { buffer } from 'node:stream/consumers';
import type { ManagedSession, SeenEvent } from './managed-sessions.ts';

/** With every tool of the agent. */
export const ALL_TOOLS = [{ type: 'agent_toolset_20260401' as const }];

export async function upload({ files }: Anthropic, content: string | Buffer, name: string): Promise<string> {
  return (await files.upload({ file: await toFile(Buffer.from(content), name) })).id;
}

/** A call of the scripted model. */
export function bash(command: string): string {
  return `[[tool=Bash ${JSON.stringify({ command })}]]`;
}

/** One turn in which the agent runs these; resolves with what each of them said. */
export async function runAll(session: ManagedSession, ...commands: string[]): Promise<string[]> {
  await session.say(`${commands.map(bash).join(' ')} [[text=Done]]`);
  return (await session.untilIdle()).filter(({ type }) => type === 'agent.tool_result').map(textOf);
}

/** What the agent of a session wrote for its client: the ids of the files by their names. */
export async function outputsOf(
  { beta }: Anthropic,
  { id }: ManagedSession,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const file of beta.files.list({ scope_id: id })) {
    if (file.downloadable) found[file.filename] = file.id;
  }
  return found;
}

export async function download({ files }: Anthropic, id: string): Promise<string> {
  const { body } = await files.download(id);
  return body ? (await buffer(body)).toString() : '';
}

function textOf({ content }: SeenEvent): string {
  const blocks = Array.isArray(content) ? (content as { text?: string }[]) : [];
  return blocks.map(({ text = '' }) => text).join('');
}
