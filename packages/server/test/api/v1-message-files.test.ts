import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { fillContent } from '#src/files/content.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { upload } from '../support/session-files.ts';
import { startSessionLab, uuidOf } from './sdk/session-lab.ts';

type Block = Anthropic.Beta.Sessions.BetaManagedAgentsUserMessageEventParams['content'][number];

function image(file_id: string): Block {
  return { type: 'image', source: { type: 'file', file_id } };
}
function document(file_id: string): Block {
  return { type: 'document', source: { type: 'file', file_id } };
}

describe('a message that shows files', () => {
  it('is taken if they are there and can be shown, and is as it was sent', async () => {
    await using lab = await startSessionLab();
    const content = [
      image(await upload(lab.client, 'png', 'a.png')),
      document(await upload(lab.client, 'pdf', 'a.pdf')),
      document(await upload(lab.client, '{}', 'a.json')),
    ];
    const session = await lab.client.beta.sessions.create({
      ...lab.made,
      initial_events: [{ type: 'user.message', content }],
    });
    const { data } = await lab.client.beta.sessions.events.send(session.id, {
      events: [{ type: 'user.message', content }],
    });
    expect(data?.[0]).toMatchObject({ content });
    const inputs = await lab.app.store.readInputs('default', uuidOf(session.id));
    expect(inputs.map(({ payload }) => payload.content)).toEqual([content, content]);
  });

  it('is refused when one is not there, is of another kind, is too large or empty: nothing of it is taken', async () => {
    const clock = new ManualClock(Date.now());
    await using lab = await startSessionLab({ clock });
    const { events } = lab.client.beta.sessions;
    const session = await lab.client.beta.sessions.create(lab.made);
    const send = (...content: Block[]) =>
      events.send(session.id, {
        events: [
          { type: 'user.message', content: [{ type: 'text', text: 'First' }] },
          { type: 'user.message', content: [{ type: 'text', text: 'Look' }, ...content] },
        ],
      });
    const told = (status: number, message: string) => ({
      status,
      error: { error: { message: expect.stringContaining(message) as string } },
    });
    const missing = 'file_011CZkZAtmR3yMPDzynEDxu7';
    await expect(send(image(missing))).rejects.toMatchObject(told(404, missing));
    await expect(send(image('nonsense'))).rejects.toMatchObject(told(404, 'nonsense'));
    const text = await upload(lab.client, 'text', 'a.txt');
    const at = 'events.1.content.1.source.file_id: ';
    await expect(send(image(text))).rejects.toMatchObject(told(400, `${at}An image must be`));
    const zip = await upload(lab.client, 'zip', 'a.zip');
    await expect(send(document(zip))).rejects.toMatchObject(told(400, `${at}A document must be`));
    const empty = await upload(lab.client, '', 'a.png');
    await expect(send(image(empty))).rejects.toMatchObject(told(400, `${at}The file is empty`));
    const large = await upload(lab.client, Buffer.alloc(5 * 2 ** 20 + 1), 'large.png');
    await expect(send(image(large))).rejects.toMatchObject(told(400, `${at}An image of a message`));
    const larger = await upload(lab.client, Buffer.alloc(11 * 2 ** 20), 'large.pdf');
    await expect(send(document(larger), document(larger))).rejects.toMatchObject(
      told(400, 'events.1.content.2.source.file_id: The files of a message'),
    );
    await expect(
      lab.client.beta.sessions.create({
        ...lab.made,
        initial_events: [{ type: 'user.message', content: [image(missing)] }],
      }),
    ).rejects.toMatchObject(told(404, missing));
    expect((await events.list(session.id)).data).toEqual([]);
    expect((await lab.client.beta.sessions.retrieve(session.id)).status).toBe('idle');
  });

  it('says so to the agent when one cannot be had any more', async () => {
    await using lab = await startSessionLab();
    const { store, root } = lab.app;
    const clock = new ManualClock(Date.now());
    const context = { store, blobs: createBlobDirectory(`${root}/data/blobs`, clock), clock };
    const file_id = await upload(lab.client, 'note', 'note.txt');
    const block = { type: 'document' as const, source: { type: 'file' as const, file_id }, title: 'Note' };
    expect(await fillContent(context, 'default', [block])).toEqual([
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'note' }, title: 'Note' },
    ]);
    await lab.client.files.delete(file_id);
    expect(await fillContent(context, 'default', [block])).toEqual([
      { type: 'text', text: expect.stringContaining(file_id) as string },
    ]);
  });
});
