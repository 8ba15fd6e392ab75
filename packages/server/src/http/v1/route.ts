import { z } from 'zod';
import { createRoute, type Exchange, type Method, type ResponseDoc, type Route } from '../route.ts';
import { readQuery } from './query.ts';
import { validateV1 } from './validate.ts';

interface V1RouteSpec<Params, Query, Body, Headers> {
  /** Its operationId. */
  name: string;
  method: Method;
  path: string;
  summary: string;
  /** What the 200 carries. */
  response: ResponseDoc;
  /** Default: true. See RouteDoc. */
  needsBeta?: false;
  /** In what it differs from the hosted API, as a sentence for the table of docs/reference/compatibility.md. */
  differs?: string;
  /** It creates or sends something, and takes an Idempotency-Key: its handler stores what `remember` gives. */
  once?: true;
  /** Its body is JSONL: a text. */
  takesLines?: true;
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  headers?: z.ZodType<Headers>;
  handle(
    input: { params: Params; query: Query; body: Body; headers: Headers },
    exchange: Exchange,
  ): Promise<unknown> | object;
}

const NOTHING = z.strictObject({});

/** Makes a route of `/v1`: as any other, but for how faults are told and how queries are written. */
export function defineV1Route<Params = undefined, Query = undefined, Body = undefined, Headers = undefined>(
  spec: V1RouteSpec<Params, Query, Body, Headers>,
): Route {
  const { handle, response, ...route } = spec;
  const common = { ...route, api: 'v1' as const, responses: { 200: response } };
  const read = ({ request, context }: Pick<Exchange, 'request' | 'context'>) => {
    const { acceptUnknownFields } = context.config;
    const { params, headers, body } = request;
    const query = readQuery(request.query);
    // Where nothing can be said, what is said all the same is refused too.
    const isJson =
      typeof body === 'object' && request.headers['content-type']?.startsWith('application/json');
    validateV1(
      { ...(!spec.query && { query: NOTHING }), ...(!spec.body && isJson && { body: NOTHING }) },
      { params, query, body, headers },
      { acceptUnknownFields },
    );
    return validateV1(spec, { params, query, body, headers }, { acceptUnknownFields });
  };
  return createRoute(common, read, handle);
}
