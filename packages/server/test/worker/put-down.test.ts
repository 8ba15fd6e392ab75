import { describe, expect, it } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { startSessionLab, uuidOf } from '../api/sdk/session-lab.ts';
import { until } from '../support/until.ts';
import { createWorkerWithoutProcesses } from '../support/worker-without-processes.ts';

describe('a worker that has nothing more to do for a session', () => {
  it('does not forget what was asked for while it put the session down', async () => {
    await using lab = await startSessionLab();
    const { app, client } = lab;
    const evicting: (() => void)[] = [];
    const worker = createWorkerWithoutProcesses({
      store: app.store,
      clock: systemClock,
      pool: {
        isHoldingBack: false,
        isWarm: () => false,
        acquire: () => new Promise(() => undefined),
        release: () => undefined,
        evict: () => new Promise((resolve) => evicting.push(resolve)),
      },
      retryDelaysMs: [],
      maxAgents: 1,
      leaseMs: 60_000,
    });
    worker.start();
    const { id } = await client.beta.sessions.create(lab.made);
    await client.beta.sessions.archive(id);
    const finishCleanUp = await until('what is left of the session is removed', () => evicting.pop());
    const deleting = client.beta.sessions.delete(id);
    await until('it is gone for readers', async () => {
      const view = await app.store.readSession(DEFAULT_TENANT, uuidOf(id));
      return view?.session.state === 'deleting';
    });
    finishCleanUp();
    (await until('the worker comes back to delete it', () => evicting.pop(), 5_000))();
    expect(await deleting).toEqual({ id, type: 'session_deleted' });
    await worker.stop(0);
  });
});
