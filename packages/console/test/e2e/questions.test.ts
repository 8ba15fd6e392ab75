import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type Console } from '../support/console.ts';
import { answer, dock, feed, seesStatus } from '../support/conversation.ts';

const QUESTIONS = JSON.stringify({
  questions: [
    {
      question: 'Which colour?',
      header: 'Colour',
      multiSelect: false,
      options: [
        { label: 'Red', description: 'As the door' },
        { label: 'Blue', description: 'As the sky' },
      ],
    },
    {
      question: 'Which rooms?',
      header: 'Rooms',
      multiSelect: true,
      options: [
        { label: 'Kitchen', description: '' },
        { label: 'Hall', description: '' },
      ],
    },
  ],
}).replaceAll(']}', '] }');
const PAINT = `Paint the house. [[tool=AskUserQuestion ${QUESTIONS}]] [[text=Painted.]]`;
const SWEEP =
  'Sweep. [[tool=Bash {"command":"touch floor"}]] [[tool=Bash {"command":"touch floor"}]] [[text=Swept.]]';

let console: Console;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console[Symbol.asyncDispose]());

async function start(prompt: string, title: string): Promise<string> {
  const body = { prompt, title, on_ask: 'wait' };
  return ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
}

describe('a question of an agent', () => {
  it('is a form on the page of its session, which tells what is not answered yet', async () => {
    const page = await console.open({ path: `/sessions/${await start(PAINT, 'The house')}` });
    const form = dock(page);
    await form.getByRole('radio', { name: /Blue/ }).check();
    await form.getByRole('button', { name: 'Send the answer' }).click();
    await form.getByText('Choose or write an answer.').waitFor();
    const rooms = form.getByRole('group', { name: /Which rooms/ });
    await rooms.getByRole('checkbox', { name: 'Hall' }).check();
    await rooms.getByRole('checkbox', { name: 'Something else' }).check();
    await form.getByRole('textbox', { name: /Which rooms/ }).fill('The stairs');
    await form.getByRole('button', { name: 'Send the answer' }).click();
    await seesStatus(page, 'Done');
    const said = await feed(page).innerText();
    for (const word of ['Blue', 'Hall', 'Painted.']) expect(said).toContain(word);
    await page.context().close();
  });

  it('is a form in the inbox', async () => {
    const inbox = await console.open({ path: '/approvals' });
    await start(PAINT, 'The shed');
    await inbox.getByRole('option', { name: /The shed/ }).click();
    const form = inbox.getByRole('region', { name: 'The agent asks' });
    await form.getByRole('radio', { name: /Red/ }).check();
    await form.getByRole('checkbox', { name: 'Kitchen' }).check();
    await form.getByRole('button', { name: 'Send the answer' }).click();
    await inbox.getByRole('tab', { name: 'History' }).click();
    await inbox
      .getByText(/Answered by/)
      .first()
      .waitFor();
    await inbox.context().close();
  });
});

describe('a call that is allowed for the session', () => {
  it('does not ask again in it', async () => {
    const page = await console.open({ path: `/sessions/${await start(SWEEP, 'The floor')}` });
    await answer(dock(page).filter({ hasText: 'touch floor' }), 'Allow for this session');
    await feed(page).getByText('Swept.', { exact: true }).waitFor();
    await seesStatus(page, 'Done');
    expect(
      await feed(page)
        .getByText(/Allowed for this session by/)
        .count(),
    ).toBe(1);
    await page.context().close();
  });
});

describe('a call of a custom tool', () => {
  it('is answered in the place of its program', async () => {
    const environment = (await console.api('/v1/environments', { body: { name: 'here' } })) as { id: string };
    const agent = (await console.api('/v1/agents', {
      body: {
        name: 'Postman',
        model: 'claude-opus-5-5',
        tools: [
          {
            type: 'custom',
            name: 'weigh',
            description: 'Weighs a parcel.',
            input_schema: { type: 'object', properties: {} },
          },
        ],
      },
    })) as { id: string };
    const content = [
      { type: 'text', text: 'Weigh it. [[tool=mcp__custom__weigh {}]] [[text=It is light.]]' },
    ];
    const session = (await console.api('/v1/sessions', {
      body: {
        agent: agent.id,
        environment_id: environment.id,
        initial_events: [{ type: 'user.message', content }],
      },
    })) as { id: string };
    const page = await console.open({ path: `/sessions/${session.id}` });
    await dock(page).getByRole('button', { name: 'Send the result' }).click();
    await dock(page).getByText('Write a result.').waitFor();
    await dock(page).getByRole('textbox', { name: 'Result for the agent' }).fill('200 grams');
    await dock(page).getByRole('button', { name: 'Send the result' }).click();
    await feed(page).getByText('It is light.', { exact: true }).waitFor();
    await seesStatus(page, 'Done');
    await feed(page)
      .getByRole('button', { name: /^weigh/ })
      .click();
    await feed(page).getByText('200 grams').first().waitFor();
    await page.context().close();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
