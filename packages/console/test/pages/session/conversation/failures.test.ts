import { describe, expect, test } from 'vitest';
import type { ErrorItem } from '../../../../src/live/session-items.ts';
import { detailOf, isWarning } from '../../../../src/pages/session/conversation/items/failures.ts';

function error(fields: Partial<ErrorItem>): ErrorItem {
  const known = { id: 'sevt_1', at: 0, turn: 0, type: 'unknown_error', message: 'It failed.', times: 1 };
  return { kind: 'error', retry: 'exhausted', ...known, ...fields };
}

describe('failures', () => {
  test('shows what the provider said, in the words that say most', () => {
    const message = 'The conversation no longer fits. Start a new session. (prompt is too long (200000))';
    expect(detailOf(error({ message }))).toBe('prompt is too long (200000)');
    expect(detailOf(error({ message, words: 'API Error: prompt is too long (200000)' }))).toBe(
      'API Error: prompt is too long (200000)',
    );
    expect(detailOf(error({ message, words: 'Something else' }))).toBe('prompt is too long (200000)');
    expect(detailOf(error({ words: 'Repeated 529' }))).toBe('Repeated 529');
    expect(detailOf(error({}))).toBeUndefined();
  });

  test('tells what is missing from a request that is made again', () => {
    const retry = 'retrying';
    expect(isWarning(error({ retry, type: 'mcp_connection_failed_error' }))).toBe(true);
    expect(isWarning(error({ retry, type: 'model_overloaded_error' }))).toBe(false);
    expect(isWarning(error({ retry, failureType: 'interrupted' }))).toBe(false);
    expect(isWarning(error({}))).toBe(false);
  });
});
