import { describe, expect, it } from 'vitest';
import { createHeaderCheck } from '#src/http/v1/headers.ts';

const BETA = 'managed-agents-2026-04-01';
const VERSION = { 'anthropic-version': '2023-06-01' };

describe('the headers of /v1', () => {
  it('need not be there', () => {
    expect(() => createHeaderCheck(false)({})).not.toThrow();
  });

  it('are asked for as the hosted API does, where the operator wants it so: first the beta, then the version', () => {
    const check = createHeaderCheck(true);
    const noBeta = expect.objectContaining({ status: 404, type: 'not_found_error', message: 'not found' });
    const noVersion = expect.objectContaining({
      status: 400,
      type: 'invalid_request_error',
      message: 'anthropic-version: header is required',
    });
    expect(() => check({})).toThrow(noBeta);
    expect(() => check({ ...VERSION, 'anthropic-beta': 'something-else' })).toThrow(noBeta);
    expect(() => check({ 'anthropic-beta': BETA })).toThrow(noVersion);
    for (const beta of [BETA, `files-api-2025-04-14, ${BETA}`, `${BETA}-research-preview`]) {
      expect(() => check({ ...VERSION, 'anthropic-beta': beta })).not.toThrow();
    }
  });

  it('have no beta for what is none there', () => {
    const check = createHeaderCheck(true);
    expect(() => check(VERSION, { needsBeta: false })).not.toThrow();
    expect(() => check({}, { needsBeta: false })).toThrow('anthropic-version');
  });
});
