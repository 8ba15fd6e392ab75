import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { startConsole, type Console } from '../support/console.ts';
import { feed, seesStatus } from '../support/conversation.ts';

let console: Console;
let page: Page;
/** Of the agent. */
let path: string;

beforeAll(async () => {
  console = await startConsole();
  page = await console.open({ path: '/agents' });
});
afterAll(() => console[Symbol.asyncDispose]());

describe('an agent', () => {
  it('is created, after a mistake is told at its field', async () => {
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
    await page.getByRole('button', { name: 'New agent' }).first().click();
    await page.getByRole('combobox', { name: 'Model' }).waitFor();
    await page.getByRole('button', { name: 'Create agent' }).click();
    const name = page.getByRole('textbox', { name: 'Name', exact: true }).first();
    await page.waitForFunction(() => document.querySelector('[aria-invalid="true"]') !== null);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await name.fill('Gardener');
    await page.getByRole('textbox', { name: 'System prompt' }).fill('You garden.');
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByRole('heading', { level: 1, name: 'Gardener' }).waitFor();
    path = new URL(page.url()).pathname.replace('/console', '');
  });

  it('is saved as a new version, after the difference was shown', async () => {
    await page.getByRole('textbox', { name: 'System prompt' }).fill('You garden gently.');
    await page.getByRole('button', { name: 'Review and save…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as version 2' });
    const shown = await dialog.innerText();
    expect(shown).toContain('You garden.');
    expect(shown).toContain('You garden gently.');
    await dialog.getByRole('button', { name: 'Save version 2' }).click();
    await page.getByText('Saved as version 2.').first().waitFor();
    await page.getByText('Version 2', { exact: true }).first().waitFor();
  });

  it('is not saved over what somebody else has saved meanwhile', async () => {
    await page.getByRole('tab', { name: 'Versions 2' }).waitFor();
    await page.getByRole('textbox', { name: 'Description' }).first().fill('For the roses');
    await console.api(`/v1${path}`, { body: { version: 2, system: 'You garden at night.' } });
    await page.getByRole('button', { name: 'Review and save…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save version 3' }).click();
    await dialog.getByText('Somebody saved version 3 meanwhile.').waitFor();
    await dialog.getByRole('button', { name: 'Reload and keep my changes' }).click();
    await dialog.getByText('Your changes are now on top of version 3.').waitFor();
    await dialog.getByRole('button', { name: 'Save version 4' }).click();
    await page.getByText('Saved as version 4.').first().waitFor();
    const saved = await console.api(`/v1${path}`);
    expect(saved).toMatchObject({ version: 4, system: 'You garden at night.', description: 'For the roses' });
    await page.getByRole('tab', { name: 'Versions 4' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'System prompt' }).inputValue()).toBe(
      'You garden at night.',
    );
  });

  it('has all its versions, any two of them side by side', async () => {
    await page.getByRole('tab', { name: /Versions/ }).click();
    const list = page.getByRole('table', { name: 'Versions' }).getByRole('link');
    await list.nth(3).waitFor();
    expect(await list.allInnerTexts()).toEqual(['Version 4', 'Version 3', 'Version 2', 'Version 1']);
    const compared = page.getByRole('region', { name: 'Compare' });
    await compared.getByRole('combobox', { name: 'From version' }).selectOption('1');
    await compared.getByText('You garden at night.').first().waitFor();
    await compared.getByText('You garden.').first().waitFor();
  });

  it('is pinned to a version by what its page says, and an old one is made the latest again', async () => {
    await page.getByRole('link', { name: 'Version 1' }).click();
    const code = await page.getByText('"agent": {').innerText();
    const environment = (await console.api('/v1/environments', { body: { name: 'Bed' } })) as { id: string };
    const body = { ...(JSON.parse(`{${code}}`) as object), environment_id: environment.id };
    expect(await console.api('/v1/sessions', { body })).toMatchObject({
      agent: { version: 1, system: 'You garden.' },
    });

    await page.getByRole('button', { name: 'Restore this version…' }).click();
    await page.getByText('This is what version 1 was.').waitFor();
    await page.getByRole('button', { name: 'Review and save…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save version 5' }).click();
    await page.getByText('Saved as version 5.').first().waitFor();
    expect(await console.api(`/v1${path}`)).toMatchObject({ version: 5, system: 'You garden.' });
  });

  it('starts a session, in an environment that was made for it', async () => {
    await page.goto(`${console.server.url}/console/environments`);
    await page.getByRole('button', { name: 'New environment' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New environment' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).first().fill('Garden');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Garden/ }).waitFor();

    await page.goto(`${console.server.url}/console/agents`);
    await page.getByRole('link', { name: 'Start a session with Gardener' }).click();
    await page.getByRole('textbox', { name: 'What should the agent do?' }).fill('Prune. [[text=Pruned.]]');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL('**/sessions/*');
    await feed(page).getByText('Pruned.', { exact: true }).waitFor();
    await seesStatus(page, 'Done');
    await page.getByLabel('About this session').getByText('Gardener').waitFor();
  });

  it('is archived after a question, and can then not be changed', async () => {
    await page.goto(`${console.server.url}/console${path}`);
    await page.getByRole('button', { name: 'More for Gardener' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    const dialog = page.getByRole('dialog', { name: 'Archive Gardener?' });
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('This agent is archived').waitFor();
    expect(await page.getByRole('textbox', { name: 'System prompt' }).isDisabled()).toBe(true);
  });
});

describe('an environment', () => {
  it('is changed, and archived after a question', async () => {
    await page.goto(`${console.server.url}/console/environments`);
    await page.getByRole('button', { name: 'More for Garden' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change Garden' });
    await dialog.getByRole('textbox', { name: 'Description' }).fill('Behind the house');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Behind the house/ }).waitFor();
    await page.getByRole('button', { name: 'More for Garden' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page
      .getByRole('dialog', { name: 'Archive Garden?' })
      .getByRole('button', { name: 'Archive' })
      .click();
    await page.getByRole('row', { name: /Behind the house/ }).waitFor({ state: 'hidden' });
  });
});

describe('a file', () => {
  it('is uploaded, looked at, and gone after a question', async () => {
    await page.goto(`${console.server.url}/console/files`);
    await page.getByRole('heading', { name: 'No files yet' }).waitFor();
    const content = { name: 'plan.md', mimeType: 'text/markdown', buffer: Buffer.from('# Beds and roses') };
    await page.locator('input[type=file]').setInputFiles(content);
    await page.getByRole('row', { name: /plan\.md/ }).waitFor();
    await page.getByRole('button', { name: 'plan.md', exact: true }).click();
    await page.getByRole('dialog').getByText('Beds and roses').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete plan.md' }).click();
    await page
      .getByRole('dialog', { name: 'Delete plan.md?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByRole('row', { name: /plan\.md/ }).waitFor({ state: 'hidden' });
  });

  it('that a session has made is downloaded as it is', async () => {
    const environment = (await console.api('/v1/environments', { body: { name: 'Shed' } })) as { id: string };
    const agent = (await console.api('/v1/agents', {
      body: { name: 'Writer', model: 'claude-opus-5-5', tools: [{ type: 'agent_toolset_20260401' }] },
    })) as { id: string };
    const input = JSON.stringify({ command: 'echo roses > /mnt/session/outputs/list.txt' });
    const content = [{ type: 'text', text: `Write. [[tool=Bash ${input}]] [[text=Written.]]` }];
    const session = (await console.api('/v1/sessions', {
      body: {
        agent: agent.id,
        environment_id: environment.id,
        initial_events: [{ type: 'user.message', content }],
      },
    })) as { id: string };
    const made = await console.open({ path: `/sessions/${session.id}` });
    await seesStatus(made, 'Done');
    const downloaded = made.waitForEvent('download');
    await made.getByRole('button', { name: 'Download list.txt' }).click();
    expect(await readFile(await (await downloaded).path(), 'utf8')).toBe('roses\n');
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
