import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { LeaseLost, LogWriter } from '#src/worker/log-writer.ts';
import { newWork, TENANT } from '../suites/samples.ts';

it('a log writer whose lease is lost says so at every flush, also after more was added', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bullpen-log-writer-'));
  try {
    const log = createLog({ level: 'silent', format: 'json' });
    await using store = await openStore({ dataDir, clock: systemClock, log });
    const work = newWork();
    await store.createSession(TENANT, work);
    const lease = { tenantId: TENANT, sessionId: work.session.id, epoch: 4711 };
    const writer = new LogWriter(store, systemClock, lease, () => undefined);
    for (let i = 0; i < 2; i++) {
      writer.add({ session: { title: 'Not mine' } });
      await expect(writer.flush()).rejects.toThrow(LeaseLost);
    }
    expect((await store.readSession(TENANT, work.session.id))?.session.title).toBeNull();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
