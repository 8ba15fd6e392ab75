import { z } from 'zod';
import { SECOND } from '../../lib/duration.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { whileAway } from '../../store/while-away.ts';
import { hasKey } from '../auth.ts';
import { whileConnected } from '../exchange-signal.ts';
import { integer, optional } from '../fields.ts';
import { defineRoute, type Exchange } from '../route.ts';
import { errorBody, validationErrorBody } from '../simple/schemas.ts';
import { EventStream, formatEvent } from '../sse.ts';
import { OpenApprovals } from './open-approvals.ts';
import { projectRow } from './project-row.ts';
import { fleetFrames } from './schemas.ts';

const PING = { frame: 'event: ping\ndata: {}\n\n', everyMs: 10 * SECOND };
const DEFAULT_LIMIT = 10_000;
const MAX_LIMIT = 100_000;

export const fleetStream = defineRoute({
  name: 'fleet',
  method: 'GET',
  path: '/fleet/stream',
  summary: 'Watch all sessions at once, as Server-Sent Events',
  query: z.object({
    limit: optional(integer(1, MAX_LIMIT)).describe(
      `So many of the newest sessions; older ones only while they are busy. Default: ${DEFAULT_LIMIT}.`,
    ),
  }),
  responses: {
    200: {
      description:
        '`session`: sessions, whole; first all of them, newest first, then those that change. `approvals`: the open calls of a ' +
        'session whenever they change, for keys that may answer them. `ready`: all was told; a session that the client knows ' +
        'from an earlier connection and was not told of is gone. `removed`: ids. `ping`, every 10 s.',
      schema: fleetFrames,
      contentType: 'text/event-stream',
    },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
    503: { description: 'Too many streams are open.', schema: errorBody },
  },
  handle: async ({ query }, exchange) => {
    const { streams, config, log, telemetry } = exchange.context;
    using _place = streams.enter();
    const stream = new EventStream(exchange.reply, config.streamStallMs, PING);
    const streamClosed = telemetry.streamOpened();
    try {
      await whileConnected(exchange, ({ signal }) =>
        follow(stream, query.limit ?? DEFAULT_LIMIT, exchange, signal),
      );
    } catch (error) {
      // The head is out: all that can be said is the end, and the client begins anew.
      log.warn({ err: error }, 'The stream of all sessions broke off');
    } finally {
      streamClosed();
      stream.end();
    }
  },
});

/** Writes what there is and what changes, as fast as the client reads. */
async function follow(
  stream: EventStream,
  limit: number,
  { context, request }: Exchange,
  signal: AbortSignal,
): Promise<void> {
  const { sessions, approvalKeys } = context;
  const approvals = new OpenApprovals((ids) =>
    whileAway(() => sessions.openApprovals(DEFAULT_TENANT, ids), signal),
  );
  const mayAnswer = hasKey(request.headers, approvalKeys);
  if (!mayAnswer) stream.write(formatEvent('approvals', { locked: true }));
  for await (const step of sessions.fleet(DEFAULT_TENANT, limit, signal)) {
    if (step.type === 'ready') stream.write(formatEvent('ready', { truncated: step.truncated }));
    if (step.type === 'removed') {
      stream.write(formatEvent('removed', { ids: step.ids }));
      approvals.forget(step.ids);
    }
    if (step.type === 'changed') {
      stream.write(formatEvent('session', { rows: step.sessions.map(projectRow) }));
      if (mayAnswer) {
        for await (const frames of approvals.frames(step.sessions)) {
          stream.write(frames);
          await stream.drained(signal);
        }
      }
    }
    await stream.drained(signal);
    if (signal.aborted) return;
  }
}
