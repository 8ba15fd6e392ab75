import { startConsole, type Console } from './console.ts';
import { startScriptedModel } from './scripted-model.ts';

/*
 * A team's afternoon, played by the demo model: sessions in every state, with every kind of tool. Tests walk through it
 * and the pictures of the guide show it.
 */

export interface Scene {
  /** Edits, runs a failing test, mends it, is done. */
  fixed: string;
  /** Waits for permission to remove files. */
  asking: string;
  /** Has a question. */
  question: string;
  /** Two subagents look around. */
  research: string;
  /** The provider refused. */
  failed: string;
  /** Writes for a long while. */
  writing: string;
}

const TEST_FAILS = String.raw`printf '\033[1m RUN \033[0m checkout.test.ts\n\033[31m ✗ adds the shipping once\033[0m\n   \033[2mexpected\033[0m \033[32m12.90\033[0m \033[2mto be\033[0m \033[31m17.80\033[0m\n\033[31m1 failed\033[0m, 6 passed\n'; exit 1`;
const TEST_PASSES = String.raw`printf '\033[1m RUN \033[0m checkout.test.ts\n\033[32m ✓ 7 passed\033[0m \033[2m(312 ms)\033[0m\n'`;
const BEFORE = `export function total(cart: Cart): number {
  let sum = 0;
  for (const item of cart.items) {
    sum += item.price * item.count + cart.shipping;
  }
  return sum;
}
`;
const SUMMARY = `Mended. The shipping belongs to the cart, so it is added after the loop:

\`\`\`ts
return sum + cart.shipping;
\`\`\`

| | before | now |
|---|---|---|
| one item | 12.90 | 12.90 |
| two items | **17.80** | 12.90 |

All 7 tests pass.`;

const tool = (name: string, input: object): string =>
  `[[tool=${name} ${JSON.stringify(input).replaceAll(']]', '] ]')}]]`;

const todo = (subject: string, activeForm: string): string =>
  tool('TaskCreate', { subject, description: subject, activeForm });

const PROMPTS = {
  fixed: 'The checkout test is flaky: the total is sometimes too high. Find out why and mend it.',
  research: 'We need a job queue. Compare pg-boss and graphile-worker for us.',
  failed: 'Summarise the incident of last night.',
  asking: 'Remove the logs of last week.',
  question: 'Set up a service for our invoices.',
  writing: 'Write the release notes for 2.4.',
} as const satisfies Record<keyof Scene, string>;

const SCRIPTS: Record<keyof Scene, string> = {
  fixed: [
    '[[thinking=The total is too high by the price of one shipping. I should read how it is summed up before I run anything.]]',
    '[[text=I will look at how the total is made first.]]',
    todo('See the test fail', 'Running the test'),
    todo('Add the shipping once', 'Adding the shipping once'),
    tool('Write', { file_path: 'total.ts', content: BEFORE }),
    tool('Read', { file_path: 'total.ts' }),
    tool('Bash', { command: TEST_FAILS, description: 'Run the checkout test' }),
    tool('TaskUpdate', { taskId: '1', status: 'completed' }),
    tool('TaskUpdate', { taskId: '2', status: 'in_progress' }),
    '[[text=The shipping is added once **per item**, not once per cart. With one item both are the same, which is why it fails only now and then.]]',
    tool('Edit', {
      file_path: 'total.ts',
      old_string: '    sum += item.price * item.count + cart.shipping;\n  }\n  return sum;',
      new_string: '    sum += item.price * item.count;\n  }\n  return sum + cart.shipping;',
    }),
    tool('Bash', { command: TEST_PASSES, description: 'Run the checkout test again' }),
    tool('TaskUpdate', { taskId: '2', status: 'completed' }),
    `[[text=${SUMMARY}]]`,
  ].join(' '),
  research:
    '[[parallel]] [[agent=Read what pg-boss promises. [[text=It keeps jobs in Postgres and wakes by polling.]]]] ' +
    '[[agent=Read what graphile-worker promises. [[text=It listens, so a job starts within milliseconds.]]]] ' +
    '[[text=Both keep jobs in Postgres. **graphile-worker** starts them sooner, since it listens; pg-boss has more around schedules.]]',
  failed: '[[status=400 message="prompt is too long: 214000 tokens > 200000 maximum"]]',
  asking: `[[text=There are 214 files from last week. I would remove them now.]] ${tool('Bash', { command: 'rm -r logs/2026-11-1*', description: 'Remove the logs of last week' })} [[text=They are gone.]]`,
  question: `${tool('AskUserQuestion', {
    questions: [
      {
        question: 'Which database shall the service use?',
        header: 'Database',
        multiSelect: false,
        options: [
          { label: 'PostgreSQL', description: 'You run one already, and it scales to many nodes.' },
          { label: 'SQLite', description: 'Nothing to run; one node.' },
        ],
      },
    ],
  })} [[text=Good.]]`,
  writing: '[[thinking=What changed for users comes first.]] [[tokens=3000 rate=20 size=6]]',
};

/** A server whose model plays the scene, and `others` by their prompts; the sessions begin with `playScene`. */
export async function startScene(
  flags: string[] = [],
  others: Readonly<Record<string, string>> = {},
): Promise<Console> {
  const scripts = Object.keys(SCRIPTS).map((name) => [
    PROMPTS[name as keyof Scene],
    SCRIPTS[name as keyof Scene],
  ]);
  const model = await startScriptedModel({
    // Those of subagents before those that begin them: a prompt is replaced once.
    ...others,
    ...(Object.fromEntries(scripts) as Record<string, string>),
    ...others,
  });
  const console = await startConsole(flags, {
    ANTHROPIC_API_KEY: 'sk-of-a-scene',
    ANTHROPIC_BASE_URL: model.url,
  });
  return {
    ...console,
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

export async function playScene(console: Pick<Console, 'api'>): Promise<Scene> {
  const start = async (
    name: keyof Scene,
    title: string,
    team: string,
    options: object = {},
  ): Promise<string> => {
    const body = { title, prompt: PROMPTS[name], metadata: { team }, ...options };
    return ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
  };
  return {
    fixed: await start('fixed', 'Flaky checkout test', 'shop', {
      permission_mode: 'acceptEdits',
      allowed_tools: ['Bash'],
    }),
    research: await start('research', 'Which queue should we take?', 'platform'),
    failed: await start('failed', 'Summarise the incident', 'ops'),
    asking: await start('asking', 'Tidy the logs', 'ops', { on_ask: 'wait' }),
    question: await start('question', 'Invoice service', 'platform', { on_ask: 'wait' }),
    writing: await start('writing', 'Release notes for 2.4', 'shop'),
  };
}
