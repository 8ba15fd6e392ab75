import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import Fastify from 'fastify';
import { z } from 'zod';
import { loadSqlite } from '#src/store/sqlite-driver.ts';

// The least that a durable create can be: fastify, zod, one row per request; all rows of a tick in one transaction
// with an fsync, answered after it. Argument: the directory of the database.

const { DatabaseSync } = await loadSqlite();
const database = new DatabaseSync(join(process.argv[2] ?? '', 'floor.sqlite'), { readOnly: false });
database.exec('pragma journal_mode = wal; pragma synchronous = full');
database.exec(
  'create table sessions (id text primary key, prompt text not null, created_at integer not null)',
);
const insert = database.prepare('insert into sessions values (?, ?, ?)');

let waiting: { row: [string, string, number]; done: () => void }[] = [];

function commit(): void {
  const batch = waiting;
  waiting = [];
  database.exec('begin immediate');
  for (const { row } of batch) insert.all(...row);
  database.exec('commit');
  for (const { done } of batch) done();
}

const body = z.object({ prompt: z.string().trim().min(1) });
const app = Fastify();
app.post('/execute/', async (request) => {
  const { prompt } = body.parse(request.body);
  const id = randomUUID();
  await new Promise<void>((done) => {
    if (waiting.push({ row: [id, prompt, Date.now()], done }) === 1) setImmediate(commit);
  });
  return { session_id: id, status: 'pending', message: `Session ${id} started successfully` };
});
process.stdout.write(`listening on ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
await once(process, 'SIGTERM');
await app.close();
database.close();
