import type { Console } from '../test/support/console.ts';
import { playScene, type Scene } from '../test/support/scene.ts';

/*
 * What else is on the server of the pictures: the agents of a team, and what they did today. The scene of the tests
 * comes last, so that it is on top.
 */

const REVIEWER = {
  name: 'Reviewer',
  description: 'Reads a change before people do',
  model: 'claude-opus-5-5',
  system: `You review changes to our shop.

Look for what breaks for customers first, then for what is hard to change later. Say nothing about style: the
formatter does that. Quote the line that you mean, and say what you would write instead.`,
  metadata: { team: 'shop', owner: 'ada' },
  tools: [
    {
      type: 'agent_toolset_20260401',
      default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
      configs: [
        { name: 'bash', enabled: true, permission_policy: { type: 'always_ask' } },
        { name: 'write', enabled: false },
      ],
    },
  ],
};
const AGENTS = [
  REVIEWER,
  {
    name: 'Release writer',
    description: 'Turns merged changes into notes for customers',
    model: 'claude-sonnet-5',
    system: 'You write release notes for customers, in plain words.',
    metadata: { team: 'shop' },
    tools: [{ type: 'agent_toolset_20260401' }],
  },
  {
    name: 'Incident scribe',
    description: 'Puts logs, alerts and chat into one timeline',
    model: 'claude-opus-5-5',
    system: 'You write timelines of incidents. Every line has a time and a source.',
    metadata: { team: 'ops' },
    tools: [{ type: 'agent_toolset_20260401' }],
  },
];
const ENVIRONMENTS = [
  { name: 'shop', description: 'Checkout, cart and catalogue', metadata: { team: 'shop' } },
  { name: 'ops', description: 'Runbooks and dashboards', metadata: { team: 'ops' } },
];
const FILES: readonly [name: string, text: string, type: string][] = [
  ['order-export.csv', 'id,total\n1,12.90\n2,17.80\n', 'text/csv'],
  ['runbook-database.md', '# When the database is slow\n\nLook at the locks first.\n', 'text/markdown'],
  ['invoice-2026-1042.json', '{"total": 12.9}\n', 'application/json'],
];

interface Done {
  title: string;
  prompt: string;
  team: string;
  says: string;
  /** Index in AGENTS; none: a quick start. */
  agent?: number;
}

const DONE: readonly Done[] = [
  done(
    'Upgrade of the payment library',
    'Update the payment library to 9.2 and run its tests.',
    'shop',
    'Updated; 48 tests pass.',
  ),
  done(
    'Slow search',
    'Why does the product search take two seconds?',
    'shop',
    'An index on the category is missing.',
  ),
  done(
    'Timeline of 22 November',
    'Write the timeline of the outage of 22 November.',
    'ops',
    'It began at 02:14 with a full disk.',
    2,
  ),
  done(
    'Review of the cart cache',
    'Review the change that caches carts.',
    'shop',
    'One remark: the key lacks the currency.',
    0,
  ),
  done(
    'Dead code in the API',
    'Find exported functions that nobody calls.',
    'platform',
    'Eleven are unused; the list is in unused.md.',
  ),
  done('Notes for 2.3.1', 'Write the release notes for 2.3.1.', 'shop', 'Three fixes, in plain words.', 1),
  done(
    'Certificates that end soon',
    'Which of our certificates end within 30 days?',
    'ops',
    'Two: mail and status.',
  ),
  done(
    'Review of the refund flow',
    'Review the change to refunds.',
    'shop',
    'Nothing breaks; two tests are missing.',
    0,
  ),
  done(
    'Schema of the events',
    'Describe the schema of our events as a table.',
    'platform',
    'The table is in events.md.',
  ),
  done(
    'Backup of last night',
    'Did the backup of last night work?',
    'ops',
    'It did: 214 GB in 41 minutes.',
    2,
  ),
];

const NOTES = [
  '[[thinking=What changed for customers comes first, then what administrators have to do.]]',
  ...[
    '## What is new in 2.4\n\n**Checkout** is faster: the cart is read once, not once per item. On a large order that saves two seconds.',
    '**Invoices** can be sent again from the order itself, and carry the number of the order in their subject.',
    '### Mended\n\n- The shipping was sometimes added more than once.\n- A refund of a gift card left its balance at zero.\n- Search found nothing for words with an umlaut.',
    '### For administrators\n\nRun `shop migrate` before the first start. It takes about a minute, and the shop stays open meanwhile.',
  ].map((text) => `[[pause=2000]] [[text=${text}\n\n]]`),
  '[[pause=600000]] [[text=That is all.]]',
].join(' ');

/** What a subagent says last, after it has looked. */
const FOUND: Record<string, string> = {
  'pg-boss': 'It keeps jobs in Postgres and wakes by polling. Schedules, retries and dead letters are there.',
  'graphile-worker':
    'It listens for new jobs, so one starts within milliseconds. Schedules come from a file.',
};

const LOOKS_AROUND = `[[text=I look at how its workers get jobs.]] [[tool=Bash {"command":"./search-docs fetch schedule","description":"Find how jobs are fetched"}]]`;

const taskOf = (library: string): string => `Read the guide of ${library} and say how it starts jobs.`;

/** A subagent that is waited for. */
function look(library: string): string {
  const input = {
    description: `Read what ${library} promises`,
    prompt: taskOf(library),
    subagent_type: 'general-purpose',
    run_in_background: false,
  };
  return `[[tool=Agent ${JSON.stringify(input)}]]`;
}

/** What the model does at the prompts of the story. */
export const SCRIPTS: Readonly<Record<string, string>> = Object.fromEntries([
  ...DONE.map(({ prompt, says }, index) => [
    prompt,
    `[[model-usage input=${900 + index * 410} output=${1200 + index * 530} cache-read=${42_000 + index * 9000} cache-write=${6000 + index * 700}]] [[text=${says}]]`,
  ]),
  ...Object.entries(FOUND).map(([library, found]) => [taskOf(library), `${LOOKS_AROUND} [[text=${found}]]`]),
  ['Write the release notes for 2.4.', NOTES],
  [
    'We need a job queue. Compare pg-boss and graphile-worker for us.',
    `[[parallel]] ${['pg-boss', 'graphile-worker'].map(look).join(' ')} [[text=Both keep jobs in Postgres. **graphile-worker** starts them sooner, since it listens; pg-boss has more around schedules.]]`,
  ],
  [
    'Deploy 2.4 to staging.',
    `[[text=The build is green. I deploy it now.]] [[tool=Bash {"command":"kubectl apply -f deploy/staging.yaml","description":"Deploy 2.4 to staging"}]] [[text=It runs.]]`,
  ],
]);

export interface Story extends Scene {
  /** The id of the reviewer. */
  reviewer: string;
  deploying: string;
}

type Api = Pick<Console, 'api'> & { shop?: string };
const create = async (console: Api, path: string, body: object): Promise<{ id: string }> =>
  (await console.api(path, { body })) as { id: string };

/** The agents with their versions; before there is a history. */
export async function makeAgents(console: Api): Promise<{ id: string }[]> {
  const agents = await Promise.all(AGENTS.map((agent) => create(console, '/v1/agents', agent)));
  const id = agents[0]?.id ?? '';
  const system = `${REVIEWER.system}\n\nAsk before you run anything that takes longer than a minute.`;
  await create(console, `/v1/agents/${id}`, { version: 1, system });
  return agents;
}

export async function tell(
  console: Api & { server: { url: string }; key: string },
  agents: readonly { id: string }[],
): Promise<Story> {
  const environments = await Promise.all(
    ENVIRONMENTS.map((environment) => create(console, '/v1/environments', environment)),
  );
  await Promise.all(FILES.map((file) => upload(console, ...file)));
  for (const { title, prompt, team, agent } of DONE) {
    // One after the other, as they would have come.
    await (agent === undefined
      ? create(console, '/execute/', { title, prompt, metadata: { team } })
      : create(console, '/v1/sessions', {
          title,
          agent: agents[agent]?.id,
          environment_id: environments[team === 'ops' ? 1 : 0]?.id,
          metadata: { team },
          initial_events: [{ type: 'user.message', content: [{ type: 'text', text: prompt }] }],
        }));
  }
  const deploying = (await console.api('/execute/', {
    body: {
      title: 'Staging for 2.4',
      prompt: 'Deploy 2.4 to staging.',
      metadata: { team: 'platform' },
      on_ask: 'wait',
    },
  })) as { session_id: string };
  const scene = await playScene(console);
  return { ...scene, reviewer: agents[0]?.id ?? '', deploying: deploying.session_id };
}

async function upload(
  { server, key }: { server: { url: string }; key: string },
  name: string,
  text: string,
  type: string,
): Promise<void> {
  const body = new FormData();
  body.set('file', new File([text], name, { type }));
  const response = await fetch(`${new URL(server.url).origin}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'anthropic-beta': 'files-api-2025-04-14' },
    body,
  });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
}

function done(title: string, prompt: string, team: string, says: string, agent?: number): Done {
  return { title, prompt, team, says, ...(agent !== undefined && { agent }) };
}
