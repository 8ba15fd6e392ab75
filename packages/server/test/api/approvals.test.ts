import { expect, it } from 'vitest';
import { createId } from '#src/lib/ids.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { newApproval } from '../suites/samples.ts';
import { APPROVAL_KEY } from '../support/app.ts';
import { HELLO, startSessionLab, uuidOf } from './sdk/session-lab.ts';

it('the call of a custom tool of /v1 is listed with what else waits, and asks for its result instead of a decision', async () => {
  await using lab = await startSessionLab();
  const { app, client, made } = lab;
  const { id } = await client.beta.sessions.create({ ...made, initial_events: [HELLO] });
  await app.worker.take(uuidOf(id));
  const approval = { ...newApproval(uuidOf(id), 0), id: createId(Date.now()), kind: 'custom_tool' as const };
  await app.store.commit(DEFAULT_TENANT, uuidOf(id), { openApprovals: [approval] });
  const headers = { authorization: `Bearer ${APPROVAL_KEY}`, 'content-type': 'application/json' };
  const listed = await fetch(`${app.url}/approvals`, { headers });
  expect(await listed.json()).toMatchObject([{ id: approval.id, kind: 'custom_tool' }]);
  const later = { ...approval, id: createId(Date.now()), toolUseId: 'toolu_later' };
  await app.store.commit(DEFAULT_TENANT, uuidOf(id), { openApprovals: [later] });
  const newest = await fetch(`${app.url}/approvals?order=desc&limit=1`, { headers });
  expect(await newest.json()).toMatchObject([{ id: later.id }]);
  const answered = await fetch(`${app.url}/approvals/${approval.id}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ decision: 'allow' }),
  });
  expect(answered.status).toBe(400);
  expect(await answered.json()).toEqual({ detail: expect.stringContaining('user.custom_tool_result') });
});
