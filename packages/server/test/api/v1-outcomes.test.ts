import { toFile } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call } from '../support/api-client.ts';
import { outcome } from '../support/outcomes.ts';
import { startSessionLab, uuidOf, type SessionLab } from './sdk/session-lab.ts';

async function upload(lab: SessionLab, bytes: string | Uint8Array): Promise<string> {
  return (await lab.client.files.upload({ file: await toFile(Buffer.from(bytes), 'rubric.md') })).id;
}

function withFile(fileId: string) {
  return { ...outcome('Write a poem', ''), rubric: { type: 'file' as const, file_id: fileId } };
}

describe('user.define_outcome', () => {
  it('takes what the file of a rubric says at that moment, whatever becomes of the file', async () => {
    await using lab = await startSessionLab();
    const { sessions } = lab.client.beta;
    const session = await sessions.create(lab.made);
    const fileId = await upload(lab, '- It rhymes ✓');
    const { data } = await sessions.events.send(session.id, { events: [withFile(fileId)] });
    expect(data).toMatchObject([{ rubric: { type: 'text', content: '- It rhymes ✓' }, max_iterations: 3 }]);
    await lab.client.files.delete(fileId);
    const view = await lab.app.store.readSession(DEFAULT_TENANT, uuidOf(session.id));
    expect(view?.session.outcomes).toMatchObject([{ rubric: { content: '- It rhymes ✓' } }]);
    expect(await sessions.retrieve(session.id)).toMatchObject({
      status: 'running',
      outcome_evaluations: [{ result: 'pending', iteration: 0, explanation: null, completed_at: null }],
    });
  });

  it('begins a session too, with a rubric in a file', async () => {
    await using lab = await startSessionLab();
    const fileId = await upload(lab, '- It rhymes');
    const session = await lab.client.beta.sessions.create({
      ...lab.made,
      initial_events: [withFile(fileId)],
    });
    expect(session).toMatchObject({ status: 'running', outcome_evaluations: [{ result: 'pending' }] });
  });

  it('refuses a rubric that is no text, is too long, or is not there, by its place', async () => {
    await using lab = await startSessionLab();
    const { sessions } = lab.client.beta;
    const session = await sessions.create(lab.made);
    const send = (fileId: string) => sessions.events.send(session.id, { events: [withFile(fileId)] });
    for (const [bytes, message] of [
      [new Uint8Array([0xff, 0xfe, 0]), 'events.0.rubric.file_id: The rubric has to be a text in UTF-8'],
      ['x'.repeat(262_145), 'events.0.rubric.file_id: A rubric has at most 262144 characters'],
    ] as const) {
      await expect(send(await upload(lab, bytes))).rejects.toMatchObject({
        status: 400,
        error: { error: { type: 'invalid_request_error', message } },
      });
    }
    await expect(send('file_nonsense')).rejects.toMatchObject({
      status: 404,
      error: { error: { message: 'File file_nonsense not found.' } },
    });
  });

  it('is refused while another outcome is open, and twice in one request', async () => {
    await using lab = await startSessionLab();
    const { events } = lab.client.beta.sessions;
    const session = await lab.client.beta.sessions.create(lab.made);
    const two = [outcome('First', 'Good'), outcome('Second', 'Good')];
    await expect(events.send(session.id, { events: two })).rejects.toMatchObject({ status: 400 });
    await events.send(session.id, { events: two.slice(1) });
    await expect(events.send(session.id, { events: two.slice(1) })).rejects.toMatchObject({ status: 400 });
  });

  it('that nobody has worked on is interrupted with its session, and people see what was asked', async () => {
    await using lab = await startSessionLab();
    const { sessions } = lab.client.beta;
    const session = await sessions.create({ ...lab.made, initial_events: [outcome('First', 'Good')] });
    await call(lab.app.url, 'POST', `/cancel/${uuidOf(session.id)}`);
    const events = [];
    for await (const event of sessions.events.list(session.id)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'user.define_outcome',
      'span.outcome_evaluation_end',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ]);
    expect(events[1]).toMatchObject({ result: 'interrupted', outcome_evaluation_start_id: '' });
  });
});
