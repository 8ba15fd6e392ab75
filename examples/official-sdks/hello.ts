// The shortest program: an agent does one task. Run it against a server in demo mode (`npm start`):
//
//   npx tsx examples/official-sdks/hello.ts            or, from Node 22.18 on, node examples/official-sdks/hello.ts
//   BULLPEN_URL=http://… BULLPEN_API_KEY=… node examples/official-sdks/hello.ts

// #region all
import Anthropic from '@anthropic-ai/sdk';

const { beta } = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
const agent = await beta.agents.create({
  name: 'Helper',
  model: 'claude-opus-5-5',
  tools: [{ type: 'agent_toolset_20260401' }],
});
const environment = await beta.environments.create({ name: 'here' });
const session = await beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  initial_events: [
    { type: 'user.message', content: [{ type: 'text', text: 'Write a greeting into hello.md.' }] },
  ],
});
for await (const event of await beta.sessions.events.stream(session.id)) {
  console.log(event.type);
  if (event.type === 'session.status_idle') break;
}
// #endregion
