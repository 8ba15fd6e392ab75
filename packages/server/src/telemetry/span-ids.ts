import { createHash, randomBytes } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { StartedTurn } from './facts.ts';
import { parseTraceParent } from './trace-parent.ts';

const SAMPLED = 1;

/** Random ids, but for the span of a turn: its ids follow from the run, so that a later turn can link to it. */
export class SpanIds implements IdGenerator {
  #traceId: string | undefined;
  #spanId: string | undefined;

  /** The next span gets these; the trace's only if it has no parent. */
  setNext({ traceId, spanId }: { traceId: string; spanId: string }): void {
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  readonly generateTraceId = (): string => {
    const id = this.#traceId ?? randomBytes(16).toString('hex');
    this.#traceId = undefined;
    return id;
  };

  readonly generateSpanId = (): string => {
    const id = this.#spanId ?? randomBytes(8).toString('hex');
    this.#spanId = undefined;
    return id;
  };
}

/** The client's span; undefined when it has sent none, or something else. */
export function findParent({ traceParent }: StartedTurn): SpanContext | undefined {
  const parent = parseTraceParent(traceParent);
  if (!parent) return undefined;
  const { traceId, spanId, isSampled } = parent;
  return { traceId, spanId, traceFlags: isSampled ? SAMPLED : 0, isRemote: true };
}

/**
 * The span of the turn with that lease. Without a client's trace the run has one of its own, whose id is the run's:
 * who finds a run in the log finds its trace.
 */
export function turnSpan(run: StartedTurn, epoch: number): SpanContext {
  const traceId = findParent(run)?.traceId ?? run.runId.replaceAll('-', '');
  const spanId = createHash('sha256').update(`${run.runId}:${epoch}`).digest('hex').slice(0, 16);
  return { traceId, spanId, traceFlags: SAMPLED };
}
