import { defineRoute } from './route.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const metrics = defineRoute({
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Numbers about this server, for Prometheus',
  responses: { 200: { description: 'The metrics.', contentType: 'text/plain' } },
  handle: async (_input, { context, reply }) => {
    reply.type(CONTENT_TYPE);
    return context.telemetry.metrics.read();
  },
});
