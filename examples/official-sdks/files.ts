// Files for an agent, what it makes of them, repositories, and outcomes. Needs a server with bubblewrap. Run it in demo mode:
//
//   npx tsx examples/official-sdks/files.ts            or, from Node 22.18 on, node examples/official-sdks/files.ts

// #region upload
import Anthropic, { toFile } from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env['BULLPEN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['BULLPEN_API_KEY'] ?? 'none',
});
const sales = await client.beta.files.upload({
  file: await toFile(Buffer.from('city,sales\nOslo,3\nLima,5\n'), 'sales.csv'),
});
// #endregion

const agent = await client.beta.agents.create({
  name: 'Helper',
  model: 'claude-opus-5-5',
  tools: [{ type: 'agent_toolset_20260401' }],
});
const environment = await client.beta.environments.create({ name: 'here' });

function message(text: string) {
  return { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
}

// #region mount
const analysis = await client.beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  resources: [{ type: 'file', file_id: sales.id, mount_path: 'sales.csv' }],
  initial_events: [
    message('Write /mnt/session/outputs/summary.md, then run `wc -l /mnt/session/uploads/sales.csv`.'),
  ],
});
for await (const event of await client.beta.sessions.events.stream(analysis.id)) {
  if (event.type === 'session.status_idle') break;
}
// #endregion

// #region outputs
for await (const file of client.beta.files.list({ scope_id: analysis.id })) {
  console.log(file.filename, file.size_bytes);
  if (file.filename !== 'summary.md') continue;
  const response = await client.beta.files.download(file.id);
  console.log(await response.text());
}
// #endregion

// #region repository
const review = await client.beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  resources: [
    {
      type: 'github_repository',
      url: 'https://github.com/example/shop',
      authorization_token: process.env['GITHUB_TOKEN'] ?? 'none',
      checkout: { type: 'branch', name: 'main' },
    },
  ],
});
console.log(review.resources.map((resource) => ('mount_path' in resource ? resource.mount_path : '')));
// #endregion

// #region outcome
const outcome = await client.beta.sessions.create({
  agent: agent.id,
  environment_id: environment.id,
  initial_events: [
    {
      type: 'user.define_outcome',
      description: 'Write a greeting into hello.md.',
      rubric: { type: 'text', content: '- There is a file hello.md.\n- It greets somebody by name.' },
      max_iterations: 3,
    },
  ],
});
for await (const event of await client.beta.sessions.events.stream(outcome.id)) {
  if (event.type === 'span.outcome_evaluation_end') console.log(event.result, event.explanation);
  if (event.type === 'session.status_idle') break;
}
const { outcome_evaluations: evaluations } = await client.beta.sessions.retrieve(outcome.id);
console.log(evaluations.map(({ description, result }) => `${description} ${result}`));
// #endregion
