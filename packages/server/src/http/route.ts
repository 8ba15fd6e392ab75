import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AppContext } from './context.ts';
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
}

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
  run(exchange: Exchange): Promise<unknown>;
}

/** Makes a route whose handler gets input of the types that its schemas say. */
export function defineRoute<Params = undefined, Query = undefined, Body = undefined, Headers = undefined>(
  spec: RouteSpec<Params, Query, Body, Headers>,
): Route {
  const { handle, ...route } = spec;
  return {
    ...route,
    run: async (exchange) => handle(validate(spec, exchange.request), exchange),
  };
}
