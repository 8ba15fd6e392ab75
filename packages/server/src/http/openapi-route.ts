import { describeApi } from './openapi.ts';
import { defineRoute, type Route } from './route.ts';

/** `GET /openapi.json`: the description of these routes. */
export function createOpenApiRoute(routes: readonly Route[]): Route {
  return defineRoute({
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    responses: { 200: { description: 'The description.' } },
    handle: (_input, { context }) => describeApi(routes, context.version),
  });
}
