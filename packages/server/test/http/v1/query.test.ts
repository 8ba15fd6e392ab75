import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createdAtRange,
  pageLimit,
  queryFlag,
  queryList,
  readQuery,
  toMilliseconds,
  toSpan,
} from '#src/http/v1/query.ts';

describe('a query', () => {
  it('has lists in brackets, ranges as they are, and nothing of beta', () => {
    expect(
      readQuery({
        'statuses[]': ['idle', 'running'],
        'types[]': 'agent.message',
        'created_at[gte]': '2026-01-01T00:00:00Z',
        limit: ['1', '2'],
        beta: 'true',
      }),
    ).toEqual({
      statuses: ['idle', 'running'],
      types: ['agent.message'],
      'created_at[gte]': '2026-01-01T00:00:00Z',
      limit: '2',
    });
    expect(readQuery(undefined)).toEqual({});
  });

  it('has numbers, flags and lists in words', () => {
    const schema = z.strictObject({
      limit: pageLimit(100, 20),
      include_archived: queryFlag(),
      statuses: queryList(z.enum(['idle', 'running'])),
    });
    expect(schema.parse({})).toEqual({ limit: 20, include_archived: false });
    expect(schema.parse({ limit: '7', include_archived: 'true', statuses: 'idle' })).toEqual({
      limit: 7,
      include_archived: true,
      statuses: ['idle'],
    });
    for (const wrong of [
      { limit: '0' },
      { limit: '101' },
      { limit: '1.5' },
      { limit: 'x' },
      { include_archived: 'yes' },
      { statuses: ['lost'] },
    ]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('a span of time', () => {
  const schema = z.object(createdAtRange);
  const span = (query: object) => toSpan(schema.parse(query));
  const us = Date.parse('2026-01-01T00:00:00Z') * 1000;

  it('has both ends, to the microsecond', () => {
    expect(span({})).toEqual({ from: undefined, to: undefined });
    expect(
      span({ 'created_at[gte]': '2026-01-01T00:00:00Z', 'created_at[lte]': '2026-01-01T00:00:00.000009Z' }),
    ).toEqual({ from: us, to: us + 9 });
    expect(
      span({ 'created_at[gt]': '2026-01-01T00:00:00Z', 'created_at[lt]': '2026-01-01T00:00:00.000009Z' }),
    ).toEqual({ from: us + 1, to: us + 8 });
  });

  it('is the narrowest of what was asked for', () => {
    const many = {
      'created_at[gt]': '2026-01-01T00:00:01Z',
      'created_at[gte]': '2026-01-01T00:00:00Z',
      'created_at[lt]': '2026-01-01T00:00:03Z',
      'created_at[lte]': '2026-01-01T00:00:04Z',
    };
    expect(span(many)).toEqual({ from: us + 1_000_001, to: us + 2_999_999 });
  });

  it('leaves out the milliseconds that are only partly in it', () => {
    expect(toMilliseconds({ from: 1001, to: 4999 })).toEqual({ from: 2, to: 4 });
    expect(toMilliseconds({ from: 1000, to: 4000 })).toEqual({ from: 1, to: 4 });
    expect(toMilliseconds({})).toEqual({ from: undefined, to: undefined });
  });

  it('is refused when it is no time', () => {
    expect(schema.safeParse({ 'created_at[gt]': '2026-01-01' }).success).toBe(false);
  });
});
