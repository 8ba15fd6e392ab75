import { describe, expect, it } from 'vitest';
import { createTelemetry } from '#src/telemetry.ts';
import { Metrics } from '#src/telemetry/metrics.ts';
import { parseMetrics } from '../support/prometheus.ts';

describe('metrics', () => {
  it('are written as Prometheus reads them, whatever is in a label', async () => {
    const metrics = new Metrics();
    const counter = metrics.counter('c_total', 'Help with \\ and\na second line.');
    counter.add(1, { label: 'a "quoted" \\ and a\nline' });
    counter.add(2.5, { label: 'a "quoted" \\ and a\nline' });
    const histogram = metrics.histogram('h_seconds', 'Times.', [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe(value, { kind: 'x' });
    metrics.gauge('g', 'Looked up.', async () => [
      [{ state: 'a' }, 1],
      [{ state: 'b' }, 0],
    ]);
    metrics.sum('s_total', 'Looked up too.', () => 3);

    const scrape = parseMetrics(await metrics.read());
    expect(scrape.value('c_total', { label: 'a "quoted" \\ and a\nline' })).toBe(3.5);
    expect(scrape.value('h_seconds_bucket', { kind: 'x', le: '0.1' })).toBe(2);
    expect(scrape.value('h_seconds_bucket', { kind: 'x', le: '1' })).toBe(3);
    expect(scrape.value('h_seconds_count')).toBe(4);
    expect(scrape.value('h_seconds_sum')).toBeCloseTo(7.65);
    expect(scrape.value('g', { state: 'b' })).toBe(0);
    expect([...scrape.types]).toEqual([
      ['c_total', 'counter'],
      ['h_seconds', 'histogram'],
      ['g', 'gauge'],
      ['s_total', 'counter'],
    ]);
  });

  it('leave out what cannot be looked up, and tell the rest', async () => {
    const metrics = new Metrics();
    metrics.gauge('broken', 'Fails.', () => Promise.reject(new Error('The database is away.')));
    metrics.gauge('whole', 'Does not.', () => 1);
    const scrape = parseMetrics(await metrics.read());
    expect(scrape.types.has('broken')).toBe(false);
    expect(scrape.value('whole')).toBe(1);
  });

  it('stay few, however many models clients name', async () => {
    const telemetry = createTelemetry();
    for (let index = 0; index < 200; index++) {
      telemetry.modelRequestEnded({
        sessionId: 'session',
        runId: 'run',
        model: `model-${index}`,
        status: 404,
        inputTokens: 0,
        outputTokens: 0,
        cacheReadInputTokens: 0,
        cacheCreationInputTokens: 0,
        costUsd: 0,
        startedAt: 0,
        endedAt: 1,
      });
    }
    const scrape = parseMetrics(await telemetry.metrics.read());
    expect(scrape.labels('bullpen_model_requests_total').length).toBeLessThan(60);
    expect(scrape.value('bullpen_model_requests_total', { model: 'other' })).toBe(150);
    expect(scrape.value('bullpen_model_requests_total')).toBe(200);
  });
});
