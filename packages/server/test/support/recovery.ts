import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, type StatusBody } from './api-client.ts';
import { processesOf, type BullpenProcess } from './bullpen-process.ts';
import { until } from './until.ts';

/** A Bash call of the scripted model that notes each of its runs, and then may go on for a while. */
export function countedCall(name: string, then = ''): string {
  return `[[tool=Bash {"command":"echo ${name} >> runs.txt${then}"}]]`;
}

/** How often each counted call of a session has run. */
export function runsOf(dataDir: string, sessionId: string): Record<string, number> {
  const path = join(dataDir, 'sessions', sessionId, 'workspace', 'runs.txt');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  const counts: Record<string, number> = {};
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

export async function statusOf(server: BullpenProcess, sessionId: string): Promise<StatusBody> {
  return (await call<StatusBody>(server.url, 'GET', `/status/${sessionId}`)).body;
}

/** Kills every agent process of this data directory, all at once. */
export async function killAgents(dataDir: string, server: BullpenProcess): Promise<void> {
  for (const pid of await processesOf(dataDir, [server.pid])) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went with another one.
    }
  }
}

export async function untilRun(dataDir: string, sessionId: string, name: string): Promise<void> {
  await until(`the call ${name} runs`, () => (runsOf(dataDir, sessionId)[name] ?? 0) > 0);
}

/** The `data` of the messages that say that a run was cut and went on. */
export function recoveriesOf({ messages }: StatusBody): { how: string; attempt: number }[] {
  return messages.flatMap(({ type, content }) =>
    type === 'SystemMessage' && content['subtype'] === 'run_recovered'
      ? [content['data'] as { how: string; attempt: number }]
      : [],
  );
}

/** What the tools answered, in order. */
export function toolResultsOf({ messages }: StatusBody): { id: string; text: string; isError: boolean }[] {
  return messages.flatMap(({ type, content }) => {
    const blocks = type === 'UserMessage' && Array.isArray(content['content']) ? content['content'] : [];
    return blocks.map((block: { tool_use_id: string; content: unknown; is_error: boolean }) => ({
      id: block.tool_use_id,
      text: typeof block.content === 'string' ? block.content : JSON.stringify(block.content),
      isError: block.is_error,
    }));
  });
}

/** The ids of the tool calls, in order. */
export function toolCallsOf({ messages }: StatusBody): string[] {
  return messages.flatMap(({ type, content }) => {
    const blocks = type === 'AssistantMessage' ? (content['content'] as { id?: string }[]) : [];
    return blocks.flatMap(({ id }) => id ?? []);
  });
}
