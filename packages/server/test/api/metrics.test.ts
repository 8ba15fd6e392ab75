import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { call, execute } from '../support/api-client.ts';
import { parseMetrics } from '../support/prometheus.ts';
import { readStream } from '../support/sse-client.ts';
import { until } from '../support/until.ts';

const KEY = 'a-key-of-22-characters';

async function scrape(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers });
  return parseMetrics(await response.text());
}

describe('GET /metrics', () => {
  it('needs the key that every request needs', async () => {
    await using app = await startApp({ config: { apiKeys: [KEY] } });
    expect((await fetch(`${app.url}/metrics`)).status).toBe(401);
    const answer = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('counts answers by route and status, never by path', async () => {
    await using app = await startApp();
    const id = await execute(app.url, { prompt: 'x' });
    await call(app.url, 'GET', `/status/${id}`);
    await call(app.url, 'GET', '/status/not-there');
    for (const path of ['/nowhere', '/or/else']) await call(app.url, 'GET', path);
    const metrics = await scrape(app.url);
    const count = (labels: Record<string, string>) => metrics.value('bullpen_http_requests_total', labels);
    expect(count({ method: 'GET', route: '/status/{session_id}', status: '200' })).toBe(1);
    expect(count({ method: 'GET', route: '/status/{session_id}', status: '404' })).toBe(1);
    expect(count({ route: 'none', status: '404' })).toBe(2);
    expect(metrics.labels('bullpen_http_requests_total')).toHaveLength(4);
  });

  it('counts those who follow a session, and says no duration of streams', async () => {
    await using app = await startApp();
    const id = await execute(app.url, { prompt: 'x' });
    const readers = async () => (await scrape(app.url)).value('bullpen_stream_readers');
    {
      const frames = readStream(`${app.url}/sessions/${id}/stream`);
      await frames.next();
      expect(await readers()).toBe(1);
      await frames.return(undefined);
    }
    await until('the reader is gone', async () => (await readers()) === 0);
    const route = '/sessions/{session_id}/stream';
    const metrics = await scrape(app.url);
    expect(metrics.value('bullpen_http_request_duration_seconds_count', { route })).toBeUndefined();
  });
});
