// What an agent may do, who is asked, and tools of your own. Run it against a server in demo mode:
//
//   export BULLPEN_API_KEY="$(cat .bullpen/approval-key)"
//   npx tsx examples/official-sdks/tools.ts            or, from Node 22.18 on, node examples/official-sdks/tools.ts

import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
const environment = await client.beta.environments.create({ name: 'here' });

// #region policies
const careful = await client.beta.agents.create({
  name: 'Careful',
  model: 'claude-opus-5-5',
  tools: [
    {
      type: 'agent_toolset_20260401',
      default_config: { permission_policy: { type: 'always_allow' } },
      configs: [
        { name: 'bash', permission_policy: { type: 'always_ask' } },
        { name: 'web_search', enabled: false },
      ],
    },
  ],
});
const guarded = await client.beta.sessions.create({ agent: careful.id, environment_id: environment.id });
// #endregion

function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}
function textOf(content: { type: string; text?: string }[]) {
  return content.map(({ text }) => text ?? '').join('');
}

// #region confirm
function decide({ command }: Record<string, unknown>) {
  return String(command).startsWith('rm ')
    ? { result: 'deny' as const, deny_message: 'Keep the file.' }
    : { result: 'allow' as const };
}

const stream = await client.beta.sessions.events.stream(guarded.id);
await client.beta.sessions.events.send(guarded.id, {
  events: [message('Write a greeting into hello.md, then run `rm hello.md`.')],
});
for await (const event of stream) {
  if (event.type === 'agent.tool_use' && event.evaluated_permission === 'ask') {
    const answer = decide(event.input);
    console.log(`${event.name}: ${answer.result}`);
    await client.beta.sessions.events.send(guarded.id, {
      events: [{ type: 'user.tool_confirmation', tool_use_id: event.id, ...answer }],
    });
  }
  if (event.type === 'session.status_idle' && event.stop_reason.type !== 'requires_action') break;
}
// #endregion

// #region custom-tool
const reporter = await client.beta.agents.create({
  name: 'Reporter',
  model: 'claude-opus-5-5',
  tools: [
    {
      type: 'custom',
      name: 'get_weather',
      description: 'The weather in a city, right now.',
      input_schema: {
        type: 'object',
        properties: { city: { type: 'string', examples: ['Oslo'] } },
        required: ['city'],
      },
    },
  ],
});
const report = await client.beta.sessions.create({
  agent: reporter.id,
  environment_id: environment.id,
  initial_events: [message('Ask get_weather how it is in Oslo.')],
});
for await (const event of await client.beta.sessions.events.stream(report.id)) {
  if (event.type === 'agent.custom_tool_use') {
    const text = `Sunny in ${String(event.input['city'])}`;
    await client.beta.sessions.events.send(report.id, {
      events: [
        {
          type: 'user.custom_tool_result',
          custom_tool_use_id: event.id,
          content: [{ type: 'text', text }],
        },
      ],
    });
  }
  if (event.type === 'agent.message') console.log(textOf(event.content));
  if (event.type === 'session.status_idle' && event.stop_reason.type !== 'requires_action') break;
}
// #endregion

// #region mcp
const connected = await client.beta.agents.create({
  name: 'Connected',
  model: 'claude-opus-5-5',
  mcp_servers: [{ type: 'url', name: 'tracker', url: 'https://mcp.example.com/mcp' }],
  tools: [
    {
      type: 'mcp_toolset',
      mcp_server_name: 'tracker',
      configs: [{ name: 'list_issues', permission_policy: { type: 'always_allow' } }],
    },
  ],
});
// #endregion
console.log(connected.mcp_servers.map(({ name }) => name));
