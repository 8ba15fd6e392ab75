// Lists, errors, retries that do nothing twice, and streams that lose nothing. Run it against a server in demo mode:
//
//   npx tsx examples/official-sdks/reliable.ts         or, from Node 22.18 on, node examples/official-sdks/reliable.ts

import { randomUUID } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
const agent = await client.beta.agents.create({ name: 'Helper', model: 'claude-opus-5-5' });
const environment = await client.beta.environments.create({ name: 'here' });

function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}

// #region once
const key = randomUUID();
const params = {
  agent: agent.id,
  environment_id: environment.id,
  initial_events: [message('Count slowly to 5.')],
};
const job = await client.beta.sessions.create(params, { headers: { 'Idempotency-Key': key } });
const same = await client.beta.sessions.create(params, { headers: { 'Idempotency-Key': key } });
console.log(job.id === same.id ? 'One session.' : 'Two sessions.');
// #endregion

// #region reconnect
let lastId: string | undefined;
let isIdle = false;
while (!isIdle) {
  try {
    const headers = lastId ? { 'Last-Event-ID': lastId } : {};
    for await (const event of await client.beta.sessions.events.stream(job.id, {}, { headers })) {
      if (!('id' in event)) continue;
      lastId = event.id;
      console.log(event.type);
      isIdle = event.type === 'session.status_idle';
      if (isIdle) break;
    }
  } catch (error) {
    // The server has answered: the connection is not what is wrong.
    if (error instanceof Anthropic.APIError && error.status !== undefined) throw error;
  }
  if (!isIdle) await new Promise((resolve) => setTimeout(resolve, 1000));
}
// #endregion

// #region lists
for await (const { id, status } of client.beta.sessions.list({ agent_id: agent.id, limit: 20 })) {
  console.log(id, status);
}
for await (const event of client.beta.sessions.events.list(job.id, { types: ['agent.message'] })) {
  console.log(event);
}
// #endregion

// #region errors
try {
  await client.beta.agents.update(agent.id, { version: 7, name: 'Renamed' });
} catch (error) {
  if (!(error instanceof Anthropic.APIError)) throw error;
  console.log(error.status, error.type, error.requestID);
  console.log(error.message);
}
// #endregion
