import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectAnnounced } from '#src/http/simple/project.ts';
import { createLog } from '#src/log.ts';
import { withMessages } from '#src/sessions/announce.ts';
import { openStore } from '#src/store/open.ts';
import type { Commit } from '#src/store/store.ts';
import { createAnnounce } from '#src/webhooks/announce.ts';
import { createClaimed, messageEvent, newApproval, T0, TENANT } from '../suites/samples.ts';
import { ManualClock } from '../support/manual-clock.ts';

it('a call that begins to wait for a person is told in the commit that opens it, and nothing else is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bullpen-announce-'));
  const clock = new ManualClock(T0);
  const store = await openStore({ dataDir, clock, log: createLog({ level: 'silent', format: 'json' }) });
  try {
    const announce = createAnnounce(store, clock, projectAnnounced);
    const view = await createClaimed(store);
    const { id } = view.session;
    const make = async (commit: Commit) =>
      store.commit(TENANT, id, await withMessages(announce, view, commit));

    await make({ events: [messageEvent('x')] });
    expect(await store.listDeliveries(TENANT, { limit: 9 })).toEqual([]);
    const approval = newApproval(id, 1);
    await make({ openApprovals: [approval], session: { state: 'waiting' }, events: [messageEvent('y')] });
    const [delivery, ...others] = await store.listDeliveries(TENANT, { limit: 9 });
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ type: 'approval.requested', sessionId: id });
    expect(JSON.parse(delivery?.payload ?? '')).toMatchObject({
      type: 'approval.requested',
      data: {
        session_id: id,
        status: 'running',
        message_count: 1,
        pending_approvals: [{ id: approval.id, kind: 'permission', tool_name: 'Bash' }],
      },
    });
    // Refused: not told either.
    const refused = { openApprovals: [newApproval(id, 2)], expectedVersion: 0 };
    expect(await make(refused)).toMatchObject({ ok: false });
    expect(await store.listDeliveries(TENANT, { limit: 9 })).toHaveLength(1);
  } finally {
    await store[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  }
});
