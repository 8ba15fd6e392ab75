import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { BodyTooLarge, findModel, readBody } from './body.ts';
import type { ModelRequest } from './gateway.ts';
import type { Governor, Visit } from './governor.ts';
import { toAgentHeaders, toProviderHeaders } from './headers.ts';
import { createMeter } from './meter.ts';
import type { Pass } from './pass.ts';
import type { GatewayPatience } from './patience.ts';
import { sendRefusal, sendUnserved } from './refusal.ts';
import { NoAnswer, type Road } from './road.ts';
import { findTrouble, UNREACHABLE, type Trouble } from './trouble.ts';

export interface CarryContext {
  road: Road;
  governor: Governor;
  /** What is added to every request. */
  credential: Record<string, string>;
  patience: GatewayPatience;
  clock: Clock;
  log: Log;
  onRequest: (request: ModelRequest) => Promise<void> | void;
}

/** A request of an agent, with the run that it counts for. */
export interface Errand {
  pass: Pass;
  runId: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** With the query. */
  path: string;
  /** Asked again after every wait, in which its run may have ended. */
  isWanted: () => boolean;
  /** The others (token counts, lists of models) are neither metered nor held. */
  isModelRequest: boolean;
}

/** Where an errand is. Neither promise rejects. */
export interface Carried {
  /** Ends with the request: answered, cut by either side, or aborted. */
  passing: Promise<void>;
  /** Ends when all that it cost has been recorded too. */
  recorded: Promise<void>;
  abort: () => void;
}

/**
 * Carries a request to the provider and the answer back, no faster than the reader reads. A request that the provider
 * surely did not serve is repeated until patience ends; one that it may have served is the agent's to repeat.
 */
export function carry(errand: Errand, context: CarryContext): Carried {
  const { response } = errand;
  const leaving = new AbortController();
  // The agent's side is over when its answer is, or when its connection is: then the provider need not go on.
  response.once('close', () => leaving.abort());
  const carrier = new Carrier(errand, context, leaving.signal);
  const passing = carrier.run().catch((error: unknown) => {
    if (!leaving.signal.aborted) context.log.error({ err: error }, 'A request to the model was not carried.');
    response.destroy();
  });
  return {
    passing,
    recorded: passing.then(() => carrier.recorded()),
    abort: () => void response.destroy(),
  };
}

class Carrier {
  readonly #errand: Errand;
  readonly #context: CarryContext;
  readonly #signal: AbortSignal;
  readonly #records: Promise<void>[] = [];

  constructor(errand: Errand, context: CarryContext, signal: AbortSignal) {
    this.#errand = errand;
    this.#context = context;
    this.#signal = signal;
  }

  async recorded(): Promise<void> {
    await Promise.all(this.#records);
  }

  async run(): Promise<void> {
    const { pass, request, response, isModelRequest, isWanted } = this.#errand;
    let body: Buffer;
    try {
      body = await readBody(request, () => pass.touch());
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendRefusal(response, 'too_large');
      // The agent has left.
      return void response.destroy();
    }
    if (!isModelRequest) return this.#carryOnce(body);
    const model = findModel(body) ?? 'unknown';
    using visit = this.#context.governor.arrive(model, pass.sessionId, (hold) => pass.noteHold(hold));
    const { patience, clock } = this.#context;
    const askAgainAt = clock.monotonic() + patience.holdMs;
    const giveUpAt = pass.noteAsked() + patience.troubleMs;
    for (;;) {
      const outcome = await pass.hold(visit.turn({ askAgainAt, giveUpAt }, this.#signal));
      if (outcome !== 'go') return sendUnserved(response, visit.trouble, outcome === 'ask_again');
      if (!isWanted()) return sendRefusal(response, 'no_run');
      if (await this.#isCarried(body, model, visit, giveUpAt)) return;
    }
  }

  async #carryOnce(body: Buffer): Promise<void> {
    const answer = await this.#send(body);
    if (answer instanceof Error) return this.#refuse(answer);
    await this.#passOn(answer, toAgentHeaders(answer), () => undefined);
  }

  /** One try. False: it was not served, and shall be tried again. */
  async #isCarried(body: Buffer, model: string, visit: Visit, giveUpAt: number): Promise<boolean> {
    const { clock } = this.#context;
    const startedAt = clock.now();
    const answer = await this.#send(body);
    if (answer instanceof Error) {
      this.#record({ model, startedAt, status: 0, requestId: null, ...NO_TOKENS });
      const isTrouble = !this.#signal.aborted && !(answer instanceof NoAnswer);
      if (isTrouble) return !visit.refused(UNREACHABLE);
      this.#refuse(answer);
      return true;
    }
    const trouble = findTrouble(answer, clock.now());
    const isShared = trouble !== undefined && visit.refused(trouble);
    if (!trouble) {
      visit.served();
      this.#errand.pass.noteServed();
    }
    const answered = { startedAt, status: answer.statusCode ?? 0, requestId: findRequestId(answer) };
    const isHopeless = isShared && isVain(trouble, giveUpAt - clock.monotonic());
    if (isShared && !isHopeless) {
      answer.resume();
      this.#record({ model, ...answered, ...NO_TOKENS });
      return false;
    }
    const meter = createMeter(answer.headers['content-type']);
    const headers = { ...toAgentHeaders(answer), ...(isHopeless && { 'x-should-retry': 'false' }) };
    await this.#passOn(answer, headers, (chunk) => meter.observe(chunk));
    const { model: servedBy = model, ...tokens } = meter.finish();
    this.#record({ model: servedBy, ...answered, ...tokens });
    return true;
  }

  /** The answer, or why there is none. Does not reject. */
  async #send(body: Buffer): Promise<IncomingMessage | Error> {
    const { request, path, pass } = this.#errand;
    const { road, credential, log } = this.#context;
    try {
      const headers = toProviderHeaders(request.headers, road.host, credential);
      const { method = 'POST' } = request;
      const answer = await road.send({ method, path, headers, body }, this.#signal);
      pass.touch();
      return answer;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (this.#signal.aborted) return failure;
      log.warn(
        { sessionId: pass.sessionId, code: findCode(failure) },
        'The model provider could not be reached',
      );
      return failure;
    }
  }

  async #passOn(
    answer: IncomingMessage,
    headers: OutgoingHttpHeaders,
    observe: (chunk: Buffer) => void,
  ): Promise<void> {
    const { response, pass } = this.#errand;
    answer.on('data', (chunk: Buffer) => {
      observe(chunk);
      pass.touch();
    });
    response.writeHead(answer.statusCode ?? 502, headers);
    response.flushHeaders();
    try {
      await pipeline(answer, response);
    } catch (error) {
      const code = error instanceof Error ? findCode(error) : undefined;
      this.#context.log.debug({ sessionId: pass.sessionId, code }, 'A request to the model was cut');
    }
  }

  #refuse(failure: Error): void {
    sendRefusal(
      this.#errand.response,
      failure instanceof NoAnswer ? 'upstream_silent' : 'upstream_unreachable',
    );
  }

  #record(request: Omit<ModelRequest, 'tenantId' | 'sessionId' | 'runId' | 'endedAt'>): void {
    const { pass, runId } = this.#errand;
    const { tenantId, sessionId } = pass;
    const { clock, log, onRequest } = this.#context;
    const record = async (): Promise<void> => {
      try {
        await onRequest({ tenantId, sessionId, runId, ...request, endedAt: clock.now() });
      } catch (error) {
        log.error({ err: error, sessionId }, 'The usage of a model request could not be recorded');
      }
    };
    this.#records.push(record());
  }
}

const NO_TOKENS = { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 };

/** Whether to wait for the end of this trouble would be in vain. */
function isVain({ isFinal, retryAfterMs = 0 }: Trouble, patienceLeftMs: number): boolean {
  return isFinal || retryAfterMs > patienceLeftMs;
}

function findRequestId(answer: IncomingMessage): string | null {
  const id = answer.headers['request-id'];
  return typeof id === 'string' ? id : null;
}

function findCode(error: Error): unknown {
  return 'code' in error ? error.code : error.name;
}
