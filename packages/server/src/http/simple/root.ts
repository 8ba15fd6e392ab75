import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

const ENDPOINTS = ['execute', 'status', 'cancel', 'delete', 'sessions', 'cleanup'];

/** `GET /`: what this server is and what it can do. `routes`: the routes that it tells of. */
export function createRootRoute(routes: readonly Route[]): Route {
  const endpoints = Object.fromEntries(
    ENDPOINTS.flatMap((name) => {
      const route = routes.find((one) => one.name === name);
      return route ? [[name, `${route.method} ${route.path} - ${route.summary}`]] : [];
    }),
  );
  return defineRoute({
    name: 'root',
    method: 'GET',
    path: '/',
    summary: 'What this server is',
    responses: {
      200: {
        description: 'Name, version and routes.',
        schema: z.object({
          message: z.string(),
          version: z.string(),
          endpoints: z.record(z.string(), z.string()),
        }),
      },
    },
    handle: (_input, { context }) => ({
      message: 'Bullpen runs Claude agents behind one HTTP API',
      version: context.version,
      endpoints,
    }),
  });
}
