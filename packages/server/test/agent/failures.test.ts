import { describe, expect, it } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { findExitFailure, findResultFailure } from '#src/agent/failures.ts';
import { parseAgentMessage, type ResultMessage } from '#src/agent/messages.ts';

const CALM = {
  lastError: undefined,
  wantsStructuredOutput: false,
  hasStructuredOutput: false,
  transcriptIsMissing: false,
};
const EXIT = { code: null, signal: null, spawnError: undefined, stderr: '' };
const READY = { wasReady: true, hasMemoryCap: true, wasOutOfMemory: false, cwdIsThere: true };

function result(change: object): ResultMessage {
  const message = parseAgentMessage({
    type: 'result',
    subtype: 'success',
    is_error: true,
    session_id: 's',
    duration_ms: 1,
    duration_api_ms: 1,
    num_turns: 1,
    total_cost_usd: 0,
    usage: {},
    ...change,
  });
  if (message?.type !== 'result') throw new Error('Not a result.');
  return message;
}

describe('the failure of a result', () => {
  it.each([
    [{ is_error: false }, undefined],
    [{ terminal_reason: 'max_turns', subtype: 'error_max_turns' }, 'max_turns'],
    [{ terminal_reason: 'budget_exhausted' }, 'budget'],
    [{ terminal_reason: 'prompt_too_long', api_error_status: 400 }, 'context_overflow'],
    [{ terminal_reason: 'image_error', api_error_status: 400 }, 'invalid_request'],
    [{ terminal_reason: 'image_error', api_error_status: 413 }, 'context_overflow'],
    [{ is_error: false, stop_reason: 'refusal' }, 'refusal'],
    [{ startup_failure_reason: 'cwd_unavailable' }, 'invalid_cwd'],
    [{ startup_failure_reason: 'bypass_root' }, 'invalid_options'],
    [{ terminal_reason: 'api_error', api_error_status: 418 }, 'invalid_request'],
    [{ terminal_reason: 'api_error', api_error_status: 503 }, 'provider_error'],
    [{ terminal_reason: 'api_error' }, 'connection'],
  ])('%o is %s', (change, type) => {
    expect(findResultFailure(result(change), CALM)?.type).toBe(type);
  });

  it('is judged by what the SDK said of the request where there was no status', () => {
    expect(findResultFailure(result({}), { ...CALM, lastError: 'rate_limit' })?.type).toBe('rate_limited');
    expect(findResultFailure(result({}), { ...CALM, lastError: 'max_output_tokens' })?.type).toBe(
      'output_limit',
    );
  });

  it('is structured_output when that was asked for and did not come', () => {
    const wanting = { ...CALM, wantsStructuredOutput: true };
    expect(findResultFailure(result({ is_error: false }), wanting)?.type).toBe('structured_output');
    expect(
      findResultFailure(result({ is_error: false }), { ...wanting, hasStructuredOutput: true }),
    ).toBeNull();
  });

  it('tells what the provider said, but not endlessly', () => {
    const failure = findResultFailure(result({ api_error_status: 400, result: 'x'.repeat(5000) }), CALM);
    expect(failure?.message).toContain('xxx');
    expect(failure?.message.length).toBeLessThan(600);
  });
});

describe('a provider that is away', () => {
  it('is not blamed on the gateway, which is all that the agent knows', () => {
    const words = { result: 'Check your gateway (127.0.0.1:4711).' };
    for (const [status, type] of [
      [502, 'connection'],
      [504, 'connection'],
      [503, 'provider_error'],
    ] as const) {
      const failure = findResultFailure(result({ ...words, api_error_status: status }), CALM);
      expect(failure).toEqual(createFailure(type));
    }
  });
});

describe('the failure of a process that ended', () => {
  it.each([
    [{ signal: 'SIGKILL' as const }, {}, 'process_died'],
    [{ code: 1 }, {}, 'process_died'],
    [{ code: 1, stderr: 'a\nError: no such option\n' }, { wasReady: false }, 'invalid_options'],
    [{ code: 1 }, { cwdIsThere: false }, 'invalid_cwd'],
    [{ spawnError: 'ENOENT' }, { cwdIsThere: false }, 'invalid_cwd'],
    [{ spawnError: 'EACCES' }, {}, 'spawn_failed'],
    [{ code: 134 }, {}, 'out_of_memory'],
    [{ signal: 'SIGABRT' as const }, {}, 'out_of_memory'],
    [{ signal: 'SIGABRT' as const }, { hasMemoryCap: false }, 'process_died'],
    [{ code: 137 }, { wasOutOfMemory: true }, 'out_of_memory'],
    [{ code: 137 }, { wasReady: false }, 'process_died'],
    [{ signal: 'SIGTERM' as const }, { wasOutOfMemory: true }, 'process_died'],
  ])('%o with %o is %s', (exit, circumstances, type) => {
    expect(findExitFailure({ ...EXIT, ...exit }, { ...READY, ...circumstances }).type).toBe(type);
  });
});
