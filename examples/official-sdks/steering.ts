// Messages while the agent works, interrupts, budgets. Run it against a server in demo mode:
//
//   npx tsx examples/official-sdks/steering.ts         or, from Node 22.18 on, node examples/official-sdks/steering.ts

import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
const agent = await client.beta.agents.create({
  name: 'Helper',
  model: 'claude-opus-5-5',
  tools: [{ type: 'agent_toolset_20260401' }],
});
const environment = await client.beta.environments.create({ name: 'here' });
const session = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });

function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}
function textOf(content: { type: string; text?: string }[]) {
  return content.map(({ text }) => text ?? '').join('');
}

// #region mid-turn
const stream = await client.beta.sessions.events.stream(session.id);
await client.beta.sessions.events.send(session.id, { events: [message('Count slowly to 5.')] });
await client.beta.sessions.events.send(session.id, { events: [message('My name is Ada.')] });
for await (const event of stream) {
  if (event.type === 'agent.message') console.log(textOf(event.content));
  if (event.type === 'session.status_idle') break;
}
// #endregion

// #region interrupt
const redirected = await client.beta.sessions.events.stream(session.id);
await client.beta.sessions.events.send(session.id, { events: [message('Count slowly to 200.')] });
let redirect: string | undefined;
let isTaken = false;
for await (const event of redirected) {
  if (event.type === 'span.model_request_start' && !redirect) {
    const sent = await client.beta.sessions.events.send(session.id, {
      events: [{ type: 'user.interrupt' }, message('What is 6 * 7?')],
    });
    redirect = sent.data?.at(-1)?.id;
  }
  if (event.type === 'user.message' && event.id === redirect) isTaken = true;
  if (event.type === 'agent.message') console.log(textOf(event.content));
  // The interrupted turn ends in an idle of its own, before the message is taken.
  if (event.type === 'session.status_idle' && isTaken) break;
}
// #endregion

// #region budget
const capped = await client.beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  budget: { type: 'limit', max_list_cost: { amount: '1', currency: 'USD' } },
  initial_events: [message('Write a greeting into hello.md.')],
});
for await (const event of await client.beta.sessions.events.stream(capped.id)) {
  if (event.type !== 'session.status_idle') continue;
  console.log(event.stop_reason.type);
  if (event.stop_reason.type !== 'budget_reached') break;
  await client.beta.sessions.update(capped.id, {
    budget: { type: 'limit', max_list_cost: { amount: '500', currency: 'USD' } },
  });
}
// #endregion

// #region usage
const { usage, budget } = await client.beta.sessions.retrieve(capped.id);
console.log(
  `${usage.output_tokens} tokens, ${usage.list_cost?.amount} of ${budget?.max_list_cost.amount} cents`,
);
// #endregion
