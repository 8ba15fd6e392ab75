import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import { answer, dock, feed, queue, readAll, say, seesStatus } from '../support/conversation.ts';

const WORKS =
  'Dig the pond. [[text=I begin.]] [[tool=Bash {"command":"touch pond"}]] [[tokens=100 rate=25]] ' +
  '[[tool=Bash {"command":"touch fish"}]] [[text=There is a pond.]]';
const ASKS = 'Build a bridge. [[tool=Bash {"command":"touch bridge"}]] [[text=There is a bridge.]]';

let console: Console;
let session: Page;
let fleet: Page;
let inbox: Page;

beforeAll(async () => {
  console = await startConsole();
  const start = async (prompt: string, title: string, rest: object): Promise<string> => {
    const body = { prompt, title, on_ask: 'wait', ...rest };
    return ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
  };
  await start(ASKS, 'The bridge', {});
  const id = await start(WORKS, 'The pond', { allowed_tools: ['Bash(touch pond)'] });
  session = await console.open({ path: `/sessions/${id}` });
  fleet = await console.open();
  inbox = await console.open({ path: '/approvals' });
});
afterAll(() => console[Symbol.asyncDispose]());

/** Where a session's page says that what it shows may be old. */
const lost = (page: Page): Locator => page.getByText(/Reconnecting…|Connection lost/).first();

describe('pages that are open while the server is killed', () => {
  it('say that they have lost it, and come back by themselves', async () => {
    await feed(session).getByText('10 .').waitFor();
    await fleet.getByRole('row', { name: /The pond/ }).waitFor();
    await inbox.getByRole('option', { name: /touch bridge/ }).waitFor();
    await console.restart('SIGKILL', () =>
      Promise.all([
        session
          .getByText(/Reconnecting…|Connection lost/)
          .first()
          .waitFor(),
        fleet.getByText('The connection to the server is lost').waitFor(),
        inbox.getByText('The connection to the server is lost').waitFor(),
      ]),
    );
    await Promise.all([
      fleet.getByText('The connection to the server is lost').waitFor({ state: 'hidden' }),
      inbox.getByText('The connection to the server is lost').waitFor({ state: 'hidden' }),
      session
        .getByText(/Reconnecting…|Connection lost/)
        .first()
        .waitFor({ state: 'hidden' }),
    ]);
  });

  it('show the work go on, with nothing missing and nothing twice', async () => {
    await dock(session).filter({ hasText: 'touch fish' }).waitFor();
    await answer(dock(session).filter({ hasText: 'touch fish' }), 'Allow');
    await seesStatus(session, 'Done');
    await fleet.getByRole('row', { name: /Done.*The pond/ }).waitFor();
    expect(await fleet.getByRole('row', { name: /The pond/ }).count()).toBe(1);

    const fresh = await console.open({ path: new URL(session.url()).pathname.replace('/console', '') });
    await seesStatus(fresh, 'Done');
    await until(
      'both are drawn alike',
      async () => JSON.stringify(await readAll(fresh)) === JSON.stringify(await readAll(session)),
    ).catch(() => undefined);
    expect(await readAll(session)).toEqual(await readAll(fresh));
    expect(await feed(session).getByText('Dig the pond.').count()).toBe(1);
    expect(await feed(session).getByText('The server stopped in the middle of the work.').count()).toBe(1);
    expect(await feed(session).getByText('Resume the session').count()).toBe(0);
    expect(await feed(session).getByRole('group', { name: 'Bash' }).count()).toBe(2);
  });

  it('still have what waited, and it is answered', async () => {
    expect(await inbox.getByRole('option', { name: /touch bridge/ }).count()).toBe(1);
    await inbox.getByRole('option', { name: /touch bridge/ }).click();
    const card = inbox.getByRole('region', { name: 'The agent wants to use Bash' });
    await answer(card.filter({ hasText: 'touch bridge' }), 'Allow');
    await fleet.getByRole('row', { name: /Done.*The bridge/ }).waitFor();
  });

  it('take a message that is written while the server is away, when it is back', async () => {
    await console.restart('SIGKILL', async () => {
      await session
        .getByText(/Reconnecting…|Connection lost/)
        .first()
        .waitFor();
      await say(session, 'Add a frog. [[text=It sits in the reeds.]]');
      await session.getByText('It was not sent.').waitFor();
    });
    await session
      .getByText(/Reconnecting…|Connection lost/)
      .first()
      .waitFor({ state: 'hidden' });
    await session.getByRole('button', { name: 'Send' }).click();
    await feed(session).getByText('It sits in the reeds.', { exact: true }).waitFor();
    expect(await feed(session).getByText('Add a frog.').count()).toBe(1);
    expect(await queue(session).count()).toBe(0);
  });

  it('say of a session that was deleted meanwhile what has become of it', async () => {
    const id = session.url().split('/').at(-1) ?? '';
    await seesStatus(session, 'Done');
    await session.route(`**/sessions/${id}**`, (route) => route.abort());
    await console.restart('SIGKILL');
    await console.api(`/sessions/${id}`, { method: 'DELETE' });
    await lost(session).waitFor();
    await session.unroute(`**/sessions/${id}**`);
    await session.getByText('This session was deleted').first().waitFor();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});

describe('a page that is loaded again in the middle of a text', () => {
  it('has what was written before at once, and goes on with it', async () => {
    const body = { prompt: '[[tokens=900 rate=20]]', title: 'The river' };
    const { session_id: id } = (await console.api('/execute/', { body })) as { session_id: string };
    const page = await console.open({ path: `/sessions/${id}` });
    await feed(page).getByText('40 .').waitFor();
    await page.reload();
    await feed(page).getByText('40 .').waitFor();
    const first = await countWritten(page);
    await until('it goes on', async () => (await countWritten(page)) > first + 20);
    // The text is still being written: it is not there because it has ended.
    await seesStatus(page, 'Running');
    await console.api(`/cancel/${id}`, { method: 'POST' });
    await page.context().close();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});

/** How many numbers the model has written, which counts; fails if one is missing, or there twice. */
async function countWritten(page: Page): Promise<number> {
  const numbers = (await readAll(page)).at(-1)?.match(/\d+/g)?.map(Number) ?? [];
  expect(numbers).toEqual(numbers.map((_, index) => index));
  return numbers.length;
}
