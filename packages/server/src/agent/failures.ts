import { createFailure, type Failure, type FailureType } from '../domain/failure.ts';
import type { ResultMessage } from './messages.ts';
import type { ProcessExit } from './process.ts';

/** Ends of a turn that say by themselves what went wrong. */
const BY_TERMINAL_REASON: Record<string, FailureType> = {
  max_turns: 'max_turns',
  budget_exhausted: 'budget',
  prompt_too_long: 'context_overflow',
  blocking_limit: 'context_overflow',
  rapid_refill_breaker: 'context_overflow',
  image_error: 'invalid_request',
  structured_output_retry_exhausted: 'structured_output',
};
const BY_STATUS: Record<number, FailureType> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'model_not_found',
  413: 'context_overflow',
  429: 'rate_limited',
  502: 'connection',
  504: 'connection',
  529: 'overloaded',
};
/** The words of the SDK for a failed model request, where the status does not say enough. */
const BY_ERROR: Record<string, FailureType> = {
  authentication_failed: 'authentication',
  oauth_org_not_allowed: 'permission',
  account_on_hold: 'billing',
  verification_required: 'billing',
  billing_error: 'billing',
  rate_limit: 'rate_limited',
  overloaded: 'overloaded',
  model_not_found: 'model_not_found',
  max_output_tokens: 'output_limit',
  cloud_credential_error: 'authentication',
};
const MAX_DETAIL = 300;

/** How memory that cannot be had ends a process: SIGABRT, SIGTRAP, SIGILL, SIGBUS, SIGSEGV. */
const CRASHES = new Map<string, number>([
  ['SIGILL', 4],
  ['SIGTRAP', 5],
  ['SIGABRT', 6],
  ['SIGBUS', 7],
  ['SIGSEGV', 11],
]);

/** A shell and bubblewrap report the signal of what they ran as this and its number. */
const SIGNALLED = 128;

export interface ResultContext {
  /** What the agent said of the last model request that failed, in the SDK's words. */
  lastError: string | undefined;
  wantsStructuredOutput: boolean;
  hasStructuredOutput: boolean;
  transcriptIsMissing: boolean;
}

/** Why a run with this last result failed; null when it did not. Judged by codes, never by message text. */
export function findResultFailure(result: ResultMessage, context: ResultContext): Failure | null {
  if (!result.is_error && result.stop_reason !== 'refusal') {
    const lacksOutput = context.wantsStructuredOutput && !context.hasStructuredOutput;
    return lacksOutput ? createFailure('structured_output') : null;
  }
  const type = resultFailureType(result, context);
  // Of those failures the agent blames the gateway, the only provider that it knows.
  const hasWords = needsDetail(type) && (result.api_error_status ?? 0) < 500;
  return createFailure(type, hasWords ? shorten(result.result ?? result.errors?.at(-1)) : undefined);
}

function resultFailureType(result: ResultMessage, context: ResultContext): FailureType {
  const { terminal_reason: reason, api_error_status: status } = result;
  if (context.transcriptIsMissing) return 'transcript_missing';
  if (result.stop_reason === 'refusal') return 'refusal';
  if (result.startup_failure_reason) {
    return result.startup_failure_reason === 'cwd_unavailable' ? 'invalid_cwd' : 'invalid_options';
  }
  const known = reason ? BY_TERMINAL_REASON[reason] : undefined;
  if (status === 413) return 'context_overflow';
  if (known) return known;
  const byError = context.lastError ? BY_ERROR[context.lastError] : undefined;
  if (status) return BY_STATUS[status] ?? (status >= 500 ? 'provider_error' : 'invalid_request');
  if (byError) return byError;
  return reason === 'api_error' ? 'connection' : 'provider_error';
}

export interface ExitCircumstances {
  /** It had started up: its options are not to blame. */
  wasReady: boolean;
  hasMemoryCap: boolean;
  /** While it lived the kernel killed something for want of memory. */
  wasOutOfMemory: boolean;
  cwdIsThere: boolean;
}

/** Why a process that ended by itself took its run with it. */
export function findExitFailure(exit: ProcessExit, circumstances: ExitCircumstances): Failure {
  if (!circumstances.cwdIsThere) return createFailure('invalid_cwd');
  if (exit.spawnError) return createFailure('spawn_failed', exit.spawnError);
  const wasStarved = circumstances.wasOutOfMemory && wasEndedBy(exit, 'SIGKILL', 9);
  const wasCapped = circumstances.hasMemoryCap && [...CRASHES].some((crash) => wasEndedBy(exit, ...crash));
  if (wasStarved || wasCapped) return createFailure('out_of_memory');
  const how = exit.signal ?? `exit code ${exit.code}`;
  const wasKilled = exit.signal !== null || (exit.code ?? 0) > SIGNALLED;
  if (circumstances.wasReady || wasKilled) return createFailure('process_died', how);
  return createFailure('invalid_options', shorten(exit.stderr.trim().split('\n').at(-1)) ?? how);
}

function wasEndedBy({ code, signal }: ProcessExit, name: string, number: number): boolean {
  return signal === name || code === SIGNALLED + number;
}

function needsDetail(type: FailureType): boolean {
  return ['invalid_request', 'invalid_options', 'provider_error', 'permission'].includes(type);
}

function shorten(text: string | undefined): string | undefined {
  if (!text) return undefined;
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}
