import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { parseMetrics } from '../support/prometheus.ts';
import { until } from '../support/until.ts';
import {
  answerWith,
  startReceiver,
  WEBHOOK_SECRET,
  type Message,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

function environment(receiver: WebhookReceiver): Record<string, string> {
  return { BULLPEN_WEBHOOK_URL: receiver.url, BULLPEN_WEBHOOK_SECRET: WEBHOOK_SECRET };
}

/** The verified messages about a session, in the order in which they came. */
function messagesOf(receiver: WebhookReceiver, sessionId: string): Message[] {
  return receiver.received
    .map((received) => received.verify())
    .filter(({ data }) => data.session_id === sessionId);
}

async function nextMessage(receiver: WebhookReceiver, sessionId: string, number = 1): Promise<Message> {
  return until(`message ${number} about ${sessionId} has come`, () => {
    return messagesOf(receiver, sessionId)[number - 1];
  });
}

/** The status object without its messages, as a webhook carries it. */
async function statusOf(url: string, id: string): Promise<Record<string, unknown>> {
  const {
    messages: _,
    process: __,
    ...status
  } = (await call<StatusBody & { process: unknown }>(url, 'GET', `/status/${id}`)).body;
  return status;
}

describe('the webhook of a server', () => {
  it('hears of every end of a run, with the status that the API gives', async () => {
    await using dataDir = await makeDataDir();
    await using receiver = await startReceiver();
    await using server = await startBullpen(dataDir.path, ['--max-agents', '1'], environment(receiver));

    const id = await execute(server.url, {
      prompt: '[[text=Done]]',
      title: 'Order 7',
      metadata: { order: 7 },
    });
    const completed = await nextMessage(receiver, id);
    expect(completed).toEqual({
      type: 'run.completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      data: { ...(await statusOf(server.url, id)), title: 'Order 7', metadata: { order: 7 } },
    });
    expect(completed.data).toMatchObject({
      status: 'completed',
      result: { result: 'Done' },
      error: null,
      message_count: 4,
    });

    // The second run has no result of its own: the object shows the latest, as the API does.
    await execute(server.url, { prompt: '[[status=401]]', resume_session_id: id });
    const failed = await nextMessage(receiver, id, 2);
    expect(failed).toMatchObject({ type: 'run.failed', data: { status: 'error' } });
    expect(failed.data).toEqual({
      ...(await statusOf(server.url, id)),
      title: 'Order 7',
      metadata: { order: 7 },
    });

    const running = await execute(server.url, { prompt: 'Please count slowly to 500.' });
    await until('it runs', async () => (await statusOf(server.url, running))['status'] === 'running');
    const [cancelledEarly, deletedEarly] = [
      await execute(server.url, { prompt: 'Never started' }),
      await execute(server.url, { prompt: 'Never started either' }),
    ];
    await call(server.url, 'POST', `/cancel/${cancelledEarly}`);
    await call(server.url, 'DELETE', `/sessions/${deletedEarly}`);
    await call(server.url, 'POST', `/cancel/${running}`);
    for (const cancelled of [running, cancelledEarly]) {
      expect(await nextMessage(receiver, cancelled)).toMatchObject({
        type: 'run.cancelled',
        data: { ...(await statusOf(server.url, cancelled)), title: null, metadata: null },
      });
    }
    expect(await nextMessage(receiver, deletedEarly)).toMatchObject({
      type: 'run.cancelled',
      data: { status: 'cancelled', error: 'Session was cancelled', result: null },
    });
    // Each end once.
    expect(receiver.received).toHaveLength(5);
    const log = await call<{ status: string }[]>(server.url, 'GET', '/webhooks/deliveries');
    // Of the deleted session nothing is kept.
    await until('four are noted', async () => {
      const { body } = await call<unknown[]>(server.url, 'GET', '/webhooks/deliveries?status=delivered');
      return body.length === 4;
    });
    expect(log.headers.get('link')).toBeNull();
    await until('the metrics count all five', async () => {
      const metrics = parseMetrics(await (await fetch(`${server.url}/metrics`)).text());
      return metrics.value('bullpen_webhook_attempts_total', { outcome: 'delivered' }) === 5;
    });
  });

  it('hears of an end that the server did not live to tell (SIGKILL)', async () => {
    await using dataDir = await makeDataDir();
    await using receiver = await startReceiver();
    // The receiver takes the message and never answers: the server is killed between the end and its delivery.
    receiver.answer = () => undefined;
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, [], environment(receiver));
      id = await execute(server.url, { prompt: '[[text=Done]]' });
      await waitForEnd(server.url, id);
      await until('the message is on its way', () => receiver.received.length === 1);
      await server.stop('SIGKILL');
    }
    receiver.answer = answerWith(204);
    await using server = await startBullpen(dataDir.path, [], environment(receiver));
    const again = await nextMessage(receiver, id, 2);
    expect(again).toEqual(messagesOf(receiver, id)[0]);
    const [first, second] = receiver.received;
    expect(second?.id).toBe(first?.id);
    const { body } = await until('it is noted', async () => {
      const log = await call<{ status: string }[]>(server.url, 'GET', '/webhooks/deliveries');
      return log.body[0]?.status === 'delivered' && log;
    });
    expect(body).toMatchObject([
      { id: second?.id, session_id: id, attempts: 2, response_status: 204, error: null },
    ]);
  });

  it('is told after an orderly stop what it missed while it was down', async () => {
    await using dataDir = await makeDataDir();
    const port = new URL((await startAndStop()).url).port;
    const env = {
      BULLPEN_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      BULLPEN_WEBHOOK_SECRET: WEBHOOK_SECRET,
    };
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, [], env);
      id = await execute(server.url, { prompt: '[[text=Done]]' });
      await until('the first attempt has failed', async () => {
        const { body } = await call<{ error: string | null }[]>(server.url, 'GET', '/webhooks/deliveries');
        return body[0]?.error === 'The receiver could not be reached (ECONNREFUSED)';
      });
      expect(await server.stop('SIGTERM')).toBe(0);
    }
    await using receiver = await startReceiver(Number(port));
    await using server = await startBullpen(dataDir.path, [], env);
    const { body } = await call<{ id: string }[]>(server.url, 'GET', '/webhooks/deliveries');
    // Its back-off would end in some seconds: nobody has to wait for that.
    await call(server.url, 'POST', `/webhooks/deliveries/${body[0]?.id}/replay`);
    expect(await nextMessage(receiver, id)).toMatchObject({ type: 'run.completed' });
  });
});

async function startAndStop(): Promise<{ url: string }> {
  await using receiver = await startReceiver();
  return { url: receiver.url };
}
