import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startDatabaseProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

const started = await startPostgres();
const reason = 'reason' in started ? `no PostgreSQL runs here: ${started.reason}` : undefined;
afterAll(() => ('postgres' in started ? started.postgres[Symbol.asyncDispose]() : undefined));

/** A run that is busy with a tool until a file is there, and has little to do after it. */
const BUSY = {
  prompt: '[[tool=Bash {"command":"echo call >> calls; until [ -e go ]; do sleep 0.2; done"}]][[text=Done]]',
  allowed_tools: ['Bash'],
};
/** Longer than a lease, twice, on a machine that has much else to do. */
const TIMEOUT_MS = 180_000;
const TAKEN_OVER_WITHIN_MS = 10_000;

describe.concurrent('servers on one PostgreSQL', { timeout: TIMEOUT_MS }, () => {
  it('share the work, and each shows all of it', async ({ skip }) => {
    if (reason) return skip(reason);
    await using cluster = await createCluster();
    const flags = ['--max-agents', '1', '--shared-workspaces', cluster.shared];
    await using first = await cluster.start(flags);
    await using second = await cluster.start(flags);
    const ids = [await execute(first.url, BUSY), await execute(first.url, BUSY)];
    await until('both run', async () => (await cluster.leases(ids)).every(({ owner }) => owner !== null));
    const owners = (await cluster.leases(ids)).map(({ owner }) => owner?.split(':')[0] ?? '');
    expect(owners.toSorted()).toEqual([first.nodeId, second.nodeId].toSorted());
    for (const { url } of [first, second]) {
      const { body } = await call<{ nodes: { is_this: boolean }[] }>(url, 'GET', '/server');
      expect(body).toMatchObject({
        role: 'node',
        database: { kind: 'postgres', reachable: true },
        agents: { running: 1, max: 1, waiting: 0 },
      });
      expect(body.nodes).toHaveLength(2);
      expect(body.nodes.filter((node) => node.is_this)).toHaveLength(1);
    }
    for (const [index, id] of ids.entries()) {
      const other = owners[index] === first.nodeId ? second : first;
      await untilAtWork(cluster.shared, id);
      expect(await call(other.url, 'POST', `/cancel/${id}`)).toMatchObject({ status: 200 });
      expect(await waitForEnd(other.url, id)).toMatchObject({ status: 'cancelled' });
    }
  });

  it('take over from one that is killed, cut off or frozen, within 10 s, and it writes nothing afterwards', async ({
    skip,
  }) => {
    if (reason) return skip(reason);
    await using cluster = await createCluster();
    await using proxy = await startDatabaseProxy(cluster.databaseUrl);
    const flags = ['--max-agents', '1', '--shared-workspaces', cluster.shared];
    await using killed = await cluster.start(flags);
    const killedId = await execute(killed.url, BUSY);
    await untilAtWork(cluster.shared, killedId);
    await using cutOff = await cluster.start(flags, proxy.url);
    const cutOffId = await execute(cutOff.url, BUSY);
    await untilAtWork(cluster.shared, cutOffId);
    await using frozen = await cluster.start(flags);
    const frozenId = await execute(frozen.url, BUSY);
    await untilAtWork(cluster.shared, frozenId);
    await using survivor = await cluster.start(['--shared-workspaces', cluster.shared]);
    const ids = [killedId, cutOffId, frozenId];
    const before = await cluster.leases(ids);
    expect(before.map(({ owner }) => owner?.split(':')[0])).toEqual([
      killed.nodeId,
      cutOff.nodeId,
      frozen.nodeId,
    ]);

    const failedAt = Date.now();
    await killed.stop('SIGKILL');
    proxy.stall();
    process.kill(frozen.pid, 'SIGSTOP');
    // Its agent is not frozen: when it has done with the tool it has much to say, and wants to ask the model.
    await writeFile(join(cluster.shared, frozenId, 'workspace', 'go'), '');
    const lengths = await cluster.logLengths(ids);

    await until('the one that is cut off has killed its agent', async () => !(await hasAgents(cutOff)));
    const [, left] = await cluster.leases(ids);
    expect(left).toMatchObject({ epoch: before[1]?.epoch });
    expect(left?.leftMs).toBeGreaterThan(0);

    for (const id of ids) {
      expect(await waitForEnd(survivor.url, id)).toMatchObject({ result: { result: 'Done' } });
      expect(await countCalls(cluster.shared, id)).toBe(1);
    }
    for (const [index, id] of ids.entries()) {
      const takenAt = await cluster.firstEventAfter(id, lengths[index] ?? 0);
      expect(takenAt - failedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    }

    const rows = await cluster.countRows(ids);
    proxy.heal();
    process.kill(frozen.pid, 'SIGCONT');
    await until('the frozen one has killed its agent', async () => !(await hasAgents(frozen)));
    for (const node of [cutOff, frozen]) {
      await until('it knows what happened', () => node.output().includes('because its lease was lost'));
    }
    expect(await survivor.stop('SIGTERM')).toBe(0);
    for (const node of [cutOff, frozen]) {
      const id = await execute(node.url, { prompt: '[[text=Here again]]' });
      expect(await waitForEnd(node.url, id)).toMatchObject({ status: 'completed' });
    }
    expect(await cluster.countRows(ids)).toEqual(rows);

    // Also when it is told that the connection is gone.
    proxy.cut();
    await until('it notices', async () => (await call(cutOff.url, 'GET', '/sessions/')).status === 503);
    proxy.heal();
    await until('it works again', async () => (await call(cutOff.url, 'GET', '/sessions/')).status === 200);
  });

  it('do not wait for the leases of a server that is back on its data directory', async ({ skip }) => {
    if (reason) return skip(reason);
    await using cluster = await createCluster();
    const before = await cluster.start();
    const id = await execute(before.url, BUSY);
    await untilAtWork(filesOf(before), id);
    await before.stop('SIGKILL');
    const [length = 0] = await cluster.logLengths([id]);
    await cluster.prolongLeases([id]);
    await using back = await cluster.start([], undefined, before.dataDir);
    await until('its run is taken up', () => cluster.firstEventAfter(id, length));
    expect(await waitForEnd(back.url, id)).toMatchObject({ result: { result: 'Done' } });
    expect(await countCalls(filesOf(back), id)).toBe(1);
  });

  it('wait for the one that has the files: it goes on when that is back; what needs no files is done at once', async ({
    skip,
  }) => {
    if (reason) return skip(reason);
    await using cluster = await createCluster();
    const home = await cluster.start();
    const write = {
      prompt: '[[tool=Bash {"command":"echo here > note.txt"}]][[text=Written]]',
      allowed_tools: ['Bash'],
    };
    const [goesOn, cancelled, deleted, resumed] = [
      await execute(home.url, write),
      await execute(home.url, write),
      await execute(home.url, write),
      await execute(home.url, write),
    ];
    const files = (id: string) => join(filesOf(home), id);
    for (const id of [goesOn, cancelled, deleted, resumed]) {
      expect(await waitForEnd(home.url, id)).toMatchObject({ status: 'completed' });
    }
    for (const id of [goesOn, cancelled]) {
      await execute(home.url, { ...BUSY, resume_session_id: id });
    }
    for (const id of [goesOn, cancelled]) await untilAtWork(filesOf(home), id);
    await using other = await cluster.start();
    await home.stop('SIGKILL');

    for (const id of [goesOn, cancelled]) {
      await until('it waits for its home', async () => {
        const last = (await cluster.events(id)).at(-1);
        return last?.['state'] === 'rescheduling' && last['waitsForNode'] === hostname();
      });
      expect((await call<StatusBody>(other.url, 'GET', `/status/${id}`)).body.status).toBe('running');
    }
    // A session that this node has the files of, or nobody yet, does not wait.
    expect(await waitForEnd(other.url, await execute(other.url, write))).toMatchObject({
      status: 'completed',
    });
    await execute(other.url, { prompt: '[[text=Resumed]]', resume_session_id: resumed });
    await until('the log says for whom a queued run waits', async () => {
      const last = (await cluster.events(resumed)).at(-1);
      return last?.['state'] === 'queued' && last['waitsForNode'] === hostname();
    });
    expect((await call<StatusBody>(other.url, 'GET', `/status/${resumed}`)).body.status).toBe('pending');
    expect(await call(other.url, 'POST', `/cancel/${cancelled}`)).toMatchObject({ status: 200 });
    expect(await waitForEnd(other.url, cancelled)).toMatchObject({ status: 'cancelled' });
    const deleting = call(other.url, 'DELETE', `/sessions/${deleted}`);
    await until('it is gone for readers', async () => {
      return (await call(other.url, 'GET', `/status/${deleted}`)).status === 404;
    });
    expect(await stat(files(deleted))).toBeDefined();

    await using back = await cluster.start([], undefined, home.dataDir);
    expect(await deleting).toMatchObject({ status: 200 });
    await expect(stat(files(deleted))).rejects.toThrow('ENOENT');
    expect(await waitForEnd(other.url, resumed)).toMatchObject({ result: { result: 'Resumed' } });
    expect(await waitForEnd(other.url, goesOn)).toMatchObject({ result: { result: 'Done' } });
    expect(await countCalls(filesOf(back), goesOn)).toBe(1);
    await execute(other.url, {
      prompt: '[[tool=Bash {"command":"cat note.txt"}]][[text=Read]]',
      allowed_tools: ['Bash'],
      resume_session_id: goesOn,
    });
    const { messages } = await waitForEnd(back.url, goesOn);
    expect(JSON.stringify(messages.slice(-4))).toContain('here');
  });
});

interface Node extends BullpenProcess {
  nodeId: string;
  dataDir: string;
}

interface Lease {
  owner: string | null;
  epoch: number;
  /** By the database's clock. */
  leftMs: number;
}

/** A database, and servers on it with a data directory each. */
async function createCluster() {
  const postgres = requirePostgres();
  const databaseUrl = await postgres.createDatabase();
  const shared = await makeDataDir();
  const directories = [shared];
  const makeDirectory = async (): Promise<string> => {
    const directory = await makeDataDir();
    directories.push(directory);
    return directory.path;
  };
  const query = (sql: string) => postgres.query(sql, databaseUrl);
  const among = (ids: string[]) => `session_id in (${ids.map((id) => `'${id}'`).join(', ')})`;
  const count = async (table: string, ids: string[]) =>
    (await query(`select count(*) as rows from ${table} where ${among(ids)}`))[0]?.['rows'];

  return {
    databaseUrl,
    shared: shared.path,
    async start(flags: string[] = [], url = databaseUrl, dataDir?: string): Promise<Node> {
      const path = dataDir ?? (await makeDirectory());
      const server = await startBullpen(path, flags, {
        BULLPEN_DATABASE_URL: url,
        BULLPEN_RETRY_DELAYS: '0s',
      });
      return { ...server, dataDir: path, nodeId: (await readFile(join(path, 'node-id'), 'utf8')).trim() };
    },
    async leases(ids: string[]): Promise<Lease[]> {
      const found = await query(
        `select session_id, lease_owner, lease_epoch,
           lease_until - extract(epoch from clock_timestamp()) * 1000 as left_ms
         from session_heads where ${among(ids)}`,
      );
      return ids.map((id) => {
        const row = found.find(({ session_id: sessionId }) => sessionId === id);
        const owner = row?.['lease_owner'];
        return {
          owner: typeof owner === 'string' ? owner : null,
          epoch: Number(row?.['lease_epoch']),
          leftMs: Number(row?.['left_ms']),
        };
      });
    },
    /** Nobody would wait for them to end. */
    async prolongLeases(ids: string[]): Promise<void> {
      await query(`update session_heads set lease_until = lease_until + 3600000 where ${among(ids)}`);
    },
    async logLengths(ids: string[]): Promise<number[]> {
      return Promise.all(ids.map(async (id) => Number(await count('events', [id]))));
    },
    async firstEventAfter(id: string, seq: number): Promise<number> {
      const [row] = await query(
        `select min(created_at) as at from events where session_id = '${id}' and seq > ${seq}`,
      );
      return Number(row?.['at']);
    },
    /** What a zombie could have added to. */
    async countRows(ids: string[]): Promise<unknown[]> {
      return [
        ...(await Promise.all(
          ['events', 'transcripts', 'inputs', 'usage'].map((table) => count(table, ids)),
        )),
        await query(`select version, lease_epoch from session_heads where ${among(ids)} order by session_id`),
      ];
    },
    async events(id: string): Promise<Record<string, unknown>[]> {
      const found = await query(`select payload from events where session_id = '${id}' order by seq`);
      return found.map(({ payload }) => parseEvent(String(payload)));
    },
    async [Symbol.asyncDispose]() {
      for (const directory of directories) await directory[Symbol.asyncDispose]();
    },
  };
}

/** The agent's tool runs. `files`: where the sessions have theirs. */
async function untilAtWork(files: string, id: string): Promise<void> {
  await until('the tool runs', async () => (await countCalls(files, id)) > 0);
}

/** How often the tool of a busy run was begun. */
async function countCalls(files: string, id: string): Promise<number> {
  const text = await readFile(join(files, id, 'workspace', 'calls'), 'utf8').catch(() => '');
  return text.split('call').length - 1;
}

/** Where a server without shared workspaces has the files of its sessions. */
function filesOf({ dataDir }: Node): string {
  return join(dataDir, 'sessions');
}

async function hasAgents({ dataDir, pid }: Node): Promise<boolean> {
  return (await processesOf(dataDir, [pid])).length > 0;
}

function requirePostgres(): TestPostgres {
  if ('reason' in started) throw new Error(started.reason);
  return started.postgres;
}

function parseEvent(payload: string): Record<string, unknown> {
  return JSON.parse(payload) as Record<string, unknown>;
}
