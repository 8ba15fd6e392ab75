// An agent, a place to work, a session: send messages and watch the work. Run it against a server in demo mode:
//
//   npx tsx examples/official-sdks/quickstart.ts       or, from Node 22.18 on, node examples/official-sdks/quickstart.ts

// #region connect
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
// #endregion

// #region helpers
function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}
function textOf(content: { type: string; text?: string }[]) {
  return content.map(({ text }) => text ?? '').join('');
}
// #endregion

// #region create
const agent = await client.beta.agents.create({
  name: 'Helper',
  model: 'claude-opus-5-5',
  system: 'You help with small tasks.',
  tools: [{ type: 'agent_toolset_20260401' }],
});
const environment = await client.beta.environments.create({ name: 'here' });
const session = await client.beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  title: 'First steps',
});
// #endregion

// #region stream-first
const stream = await client.beta.sessions.events.stream(session.id);
await client.beta.sessions.events.send(session.id, {
  events: [message('Write a greeting into hello.md.')],
});
for await (const event of stream) {
  if (event.type === 'agent.tool_use') console.log(`It uses ${event.name}.`);
  if (event.type === 'agent.message') console.log(textOf(event.content));
  if (event.type === 'session.status_idle') break;
}
// #endregion

// #region send-first
await client.beta.sessions.events.send(session.id, {
  events: [message('What is 6 * 7?')],
});
for await (const event of await client.beta.sessions.events.stream(session.id)) {
  if (event.type === 'agent.message') console.log(textOf(event.content));
  if (event.type === 'session.status_idle') break;
}
// #endregion

// #region previews
const previews = await client.beta.sessions.events.stream(session.id, { event_deltas: ['agent.message'] });
await client.beta.sessions.events.send(session.id, {
  events: [message('Count slowly to 5.')],
});
for await (const event of previews) {
  if (event.type === 'event_delta') process.stdout.write(event.delta.content.text);
  if (event.type === 'session.status_idle') break;
}
// #endregion
console.log();

// #region clean-up
await client.beta.sessions.archive(session.id);
await client.beta.agents.archive(agent.id);
// #endregion
