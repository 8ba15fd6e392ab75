import type { Anthropic } from '@anthropic-ai/sdk';
import { parseId } from '#src/lib/ids.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { officialClient } from './recording-client.ts';

/** What sessions have that the types of the SDK do not declare. */
export const FORK_EXTENSIONS = {
  properties: { BetaManagedAgentsSession: ['forked_from'] },
  variants: [],
};

/** What a test of sessions begins with. */
export interface SessionLab extends AsyncDisposable {
  app: TestApp;
  client: Anthropic;
  /** What a new session needs. */
  made: { agent: string; environment_id: string };
}

export async function startSessionLab(options: Parameters<typeof startApp>[0] = {}): Promise<SessionLab> {
  const app = await startApp(options);
  const client = officialClient('1.12', { baseURL: app.url, extensions: FORK_EXTENSIONS });
  const agent = await client.beta.agents.create({
    name: 'Writer',
    model: 'claude-opus-5-5',
    system: 'Write.',
  });
  const environment = await client.beta.environments.create({ name: 'Here' });
  return {
    app,
    client,
    made: { agent: agent.id, environment_id: environment.id },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** The id of a session as the store has it. */
export function uuidOf(sessionId: string): string {
  const id = parseId('sesn', sessionId);
  if (id === undefined) throw new Error(`${sessionId} is no id of a session.`);
  return id;
}

export const HELLO = {
  type: 'user.message' as const,
  content: [{ type: 'text' as const, text: 'Hello' }],
};
export const BUDGET = {
  type: 'limit' as const,
  max_list_cost: { amount: '250', currency: 'USD' as const },
};
