import { until } from '../../../server/test/support/until.ts';
import type { Console } from './console.ts';
import { playScene, type Scene } from './scene.ts';

/** What the pages of single things show. */
export interface Things extends Scene {
  agent: string;
  environment: string;
}

/** The scene, and an agent, an environment and files besides. */
export async function fillConsole(console: Pick<Console, 'api' | 'server' | 'key'>): Promise<Things> {
  const scene = await playScene(console);
  const make = async (path: string, body: object): Promise<string> =>
    ((await console.api(path, { body })) as { id: string }).id;
  const agent = await make('/v1/agents', {
    name: 'Reviewer',
    description: 'Reads changes and says what would break.',
    model: 'claude-opus-5-5',
    system: 'You review changes.\nBe brief.',
    tools: [{ type: 'agent_toolset_20260401' }],
    metadata: { team: 'shop' },
  });
  await console.api(`/v1/agents/${agent}`, {
    body: { version: 1, description: 'Reads changes and says what would break first.' },
  });
  const environment = await make('/v1/environments', { name: 'Python', description: 'For data work.' });
  await upload(console, 'numbers.csv', 'text/csv', 'day,count\n2026-11-01,12\n');
  // However busy the machine is.
  const hasEnded = async (id: string): Promise<boolean> => {
    const { status } = (await console.api(`/status/${id}?wait=30`)) as { status: string };
    return status !== 'pending' && status !== 'running';
  };
  for (const id of [scene.fixed, scene.failed]) {
    await until('the sessions of the scene have ended', () => hasEnded(id), 120_000);
  }
  return { ...scene, agent, environment };
}

export async function upload(
  { server, key }: Pick<Console, 'server' | 'key'>,
  name: string,
  type: string,
  content: string,
): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([content], { type }), name);
  const response = await fetch(`${new URL(server.url).origin}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'anthropic-beta': 'files-api-2025-04-14' },
    body,
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** Every page of the console, by what it is called here. */
export const PLACES: readonly { name: string; path: (things: Things) => string }[] = [
  { name: 'the fleet', path: () => '/' },
  { name: 'the fleet, filtered', path: () => '/?q=nothing-has-this' },
  { name: 'a new session', path: () => '/start' },
  { name: 'a session that is done', path: ({ fixed }) => `/sessions/${fixed}` },
  { name: 'a session that waits for permission', path: ({ asking }) => `/sessions/${asking}` },
  { name: 'a session that has a question', path: ({ question }) => `/sessions/${question}` },
  { name: 'a session with subagents', path: ({ research }) => `/sessions/${research}` },
  { name: 'a session that failed', path: ({ failed }) => `/sessions/${failed}` },
  { name: 'a session that writes', path: ({ writing }) => `/sessions/${writing}` },
  { name: 'approvals', path: () => '/approvals' },
  { name: 'agents', path: () => '/agents' },
  { name: 'a new agent', path: () => '/agents/new' },
  { name: 'an agent', path: ({ agent }) => `/agents/${agent}` },
  { name: 'environments', path: () => '/environments' },
  { name: 'files', path: () => '/files' },
  { name: 'usage', path: () => '/usage' },
  { name: 'the server', path: () => '/server' },
  { name: 'no page', path: () => '/nowhere' },
  { name: 'no session', path: () => '/sessions/019b0000-0000-7000-8000-000000000000' },
  { name: 'no agent', path: () => '/agents/agent_none' },
];
