import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IdempotencyRecord } from '../store/records.ts';
import type { AppContext } from './context.ts';
import { answerOnce, idempotencyHeaders } from './idempotency.ts';
import { validate } from './validate.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** What a route answers with one status, for the documentation. */
export interface ResponseDoc {
  description: string;
  schema?: z.ZodType;
  /** Default: JSON. */
  contentType?: string;
}

/** The request at hand, for the handlers that need more than its validated input. */
export interface Exchange {
  context: AppContext;
  request: FastifyRequest;
  reply: FastifyReply;
  remember: Remember;
}

/**
 * What to store in the same transaction as what the request makes, so that it is carried out once. `answer`: the body
 * of the 200. Undefined when the client sent no Idempotency-Key, and on routes that take none.
 */
export type Remember = (answer: object) => IdempotencyRecord | undefined;

/** What is known of a route without calling it. */
interface RouteDoc {
  /** Also its operationId. */
  name: string;
  method: Method;
  /** As OpenAPI writes it: `/status/{session_id}`. It answers with and without its trailing slash. */
  path: string;
  summary: string;
  responses: Record<number, ResponseDoc>;
  /** Answers whatever the Host, and without a key: for probes. */
  open?: true;
  /** Needs a key also on a server that asks for none. */
  keyed?: true;
  /** It creates or sends something, and takes an Idempotency-Key: its handler stores what `remember` gives. */
  once?: true;
  /** Its body is a form with a file, which its handler reads; `body` describes the form. */
  takesFile?: true;
  /** Its body is JSONL: a text. */
  takesLines?: true;
  /** `v1`: errors have its envelope, and bodies may be larger. */
  api?: 'v1';
  /** Of `/v1`: whether the hosted API asks for a beta header here. Absent: it does. */
  needsBeta?: false;
  /** Of `/v1`: in what it differs from the hosted API, as a sentence. */
  differs?: string;
}

interface RouteSpec<Params, Query, Body, Headers> extends RouteDoc {
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  headers?: z.ZodType<Headers>;
  handle(
    input: { params: Params; query: Query; body: Body; headers: Headers },
    exchange: Exchange,
  ): Promise<unknown> | object;
}

/** One entry of the route table: registered by app.ts, described by openapi.ts. */
export interface Route extends RouteDoc {
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  body?: z.ZodType | undefined;
  headers?: z.ZodType | undefined;
  /** Validates, then handles; what it resolves with is the body of the 200. Throws ValidationError, ApiError. */
  run(exchange: Omit<Exchange, 'remember'>): Promise<unknown>;
}

/** Makes a route whose handler gets input of the types that its schemas say. */
export function defineRoute<Params = undefined, Query = undefined, Body = undefined, Headers = undefined>(
  spec: RouteSpec<Params, Query, Body, Headers>,
): Route {
  const { handle, ...route } = spec;
  return createRoute(route, ({ request }) => validate(spec, request), handle);
}

/** A route of its parts: how its input is read off a request, and what is done with that; once, if it is to be. */
export function createRoute<Input>(
  route: Omit<Route, 'run'>,
  read: (exchange: Pick<Exchange, 'request' | 'context'>) => Input,
  handle: (input: Input, exchange: Exchange) => Promise<unknown> | object,
): Route {
  if (!route.once) {
    return {
      ...route,
      run: async (exchange) => handle(read(exchange), { ...exchange, remember: () => undefined }),
    };
  }
  return {
    ...route,
    headers:
      route.headers instanceof z.ZodObject
        ? route.headers.extend(idempotencyHeaders.shape)
        : idempotencyHeaders,
    run: async (exchange) => {
      const input = read(exchange);
      return answerOnce(route, exchange, async (remember) => handle(input, { ...exchange, remember }));
    },
  };
}
