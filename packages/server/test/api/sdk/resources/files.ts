import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';

/** Calls each method of `client.files` and `client.beta.files` with each of its parameters. */
export async function callFiles({ files: plain, beta }: Anthropic): Promise<void> {
  const agent = await beta.agents.create({ name: 'Reader', model: 'claude-opus-5-5' });
  const environment = await beta.environments.create({ name: 'Desk' });
  const session = await beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  // Releases before it was out of beta have no `client.files`.
  for (const files of [beta.files, ...(plain ? [plain] : [])]) {
    const file = new File(['a,b\n'], 'table.csv', { type: 'text/csv' });
    const made = await files.upload({ file, expires_in_seconds: 3600 });
    expect(made).toMatchObject({ filename: 'table.csv', mime_type: 'text/csv', size_bytes: 4 });
    expect(await files.retrieveMetadata(made.id)).toEqual(made);
    expect(await (await files.download(made.id)).text()).toBe('a,b\n');

    const other = await files.upload({ file: new File(['{}'], 'other.json') });
    const newest = await files.list({ limit: 1 });
    expect(newest.data).toEqual([other]);
    if ('next_page' in newest) {
      const rest = await files.list({ limit: 1, page: newest.next_page ?? '' });
      expect(rest).toMatchObject({ data: [made], next_page: null });
    } else {
      expect(newest).toMatchObject({ has_more: true, first_id: other.id, last_id: other.id });
      const after = { limit: 1, after_id: other.id };
      expect(await files.list(after)).toMatchObject({ data: [made], has_more: false });
      const before = { limit: 1, before_id: made.id };
      expect(await files.list(before)).toMatchObject({ data: [other], has_more: false });
    }
    const named = await files.list({ ids: [made.id] });
    expect(named.data).toEqual([made]);
    const scoped = await files.list({ scope_id: session.id });
    expect(scoped.data).toEqual([]);

    for (const { id } of [made, other]) {
      expect(await files.delete(id)).toEqual({ id, type: 'file_deleted' });
    }
  }
}
