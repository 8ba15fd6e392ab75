import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { LocalHints } from './hints.ts';
import { sessionsOf, type Written } from './operation.ts';
import { PostgresConnection } from './postgres-connection.ts';
import type { Query } from './statement.ts';

// Hints between the nodes of a cluster: a NOTIFY in the transaction of the write, and one connection per node that
// listens. They carry ids only; who hears one reads the database.

const CHANNEL = 'bullpen_hints';
/** PostgreSQL takes less than 8000 bytes; an id takes 39, and may be there twice. */
const IDS_PER_NOTIFICATION = 90;
const MAX_BACKOFF_MS = 5 * SECOND;
/** So often the listening connection is asked whether it is still there: a network that is gone does not say so. */
const CHECK_MS = 10 * SECOND;

interface Notification {
  /** Who sent it: it has rung its own bells already. */
  node: string;
  sessions: string[];
  /** Those of them that have new inputs. */
  inputs: string[];
  work: boolean;
}

/** What the other nodes are to hear of a group of writes. */
export function toNotifications(node: string, written: Written<unknown>[]): Query[] {
  const sessions = [...new Set(written.flatMap(sessionsOf))];
  const inputs = new Set(written.filter((write) => write.inputs).map(({ session }) => session));
  const work = written.some((write) => write.work);
  const notifications: Query[] = [];
  for (let start = 0; start < sessions.length; start += IDS_PER_NOTIFICATION) {
    const part = sessions.slice(start, start + IDS_PER_NOTIFICATION);
    const payload: Notification = {
      node,
      sessions: part,
      inputs: part.filter((session) => inputs.has(session)),
      work: work && start === 0,
    };
    notifications.push({
      name: 'notify',
      sql: 'select pg_notify($1, $2)',
      values: [CHANNEL, JSON.stringify(payload)],
    });
  }
  return notifications;
}

/** Rings `hints` for what other nodes write, until disposed of. Connects again when the connection is lost. */
export async function listen(
  config: pg.ClientConfig,
  node: string,
  hints: LocalHints,
  log: Log,
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  let connection: PostgresConnection | undefined;
  let reconnecting: Promise<void> | undefined;
  connection = await subscribe();
  const timer = setInterval(() => {
    const checked = connection;
    checked?.query(sql('select 1')).catch((error: unknown) => lost(checked, error));
  }, CHECK_MS).unref();

  async function subscribe(): Promise<PostgresConnection> {
    const next = await PostgresConnection.open(config, {
      onLost: lost,
      onNotification: (payload) => ring(parseNotification(payload)),
    });
    try {
      await next.query(sql(`listen ${CHANNEL}`));
    } catch (error) {
      next.cut();
      throw error;
    }
    return next;
  }

  function ring(notification: Notification | undefined): void {
    if (notification === undefined || notification.node === node) return;
    for (const session of notification.sessions) hints.ringSession(session);
    for (const session of notification.inputs) hints.ringInputs(session);
    if (notification.work) hints.ringWork();
  }

  function lost(which: PostgresConnection, error?: unknown): void {
    if (stop.signal.aborted || reconnecting || which !== connection) return;
    log.warn({ err: error }, 'the connection that hears of other nodes was lost; connecting again');
    reconnecting = reconnect().finally(() => (reconnecting = undefined));
  }

  async function reconnect(): Promise<void> {
    connection?.cut();
    for (let delayMs = 100; !stop.signal.aborted; delayMs = Math.min(delayMs * 2, MAX_BACKOFF_MS)) {
      try {
        connection = await subscribe();
        hints.ringEverybody();
        return;
      } catch (error) {
        log.debug({ err: error }, 'connecting again failed');
        await sleep(delayMs, undefined, { signal: stop.signal, ref: false }).catch(() => {
          // Stopped.
        });
      }
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      clearInterval(timer);
      await reconnecting;
      await connection?.close();
    },
  };
}

function sql(text: string): Query {
  return { name: '', sql: text, values: [] };
}

/** Undefined for what is none of ours. */
function parseNotification(payload: string | undefined): Notification | undefined {
  try {
    const { node, sessions, inputs, work } = JSON.parse(payload ?? '') as Partial<Notification>;
    if (typeof node !== 'string' || !Array.isArray(sessions) || !Array.isArray(inputs)) return undefined;
    return { node, sessions, inputs, work: work === true };
  } catch {
    return undefined;
  }
}
