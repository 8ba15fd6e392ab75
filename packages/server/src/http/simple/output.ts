import { z } from 'zod';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { ApiError } from '../errors.ts';
import { defineRoute } from '../route.ts';
import { found, onSession } from './on-session.ts';
import { errorBody, sessionParams } from './schemas.ts';

export const output = defineRoute({
  name: 'output',
  method: 'GET',
  path: '/sessions/{session_id}/outputs/{name}',
  summary: 'The whole of an output that was too large for the messages',
  params: sessionParams.extend({ name: z.string().describe('As `full_output.path` of a message has it.') }),
  responses: {
    200: { description: 'The output: text, or JSON when it has a structure.', contentType: 'text/plain' },
    404: { description: 'No such session, or it has no such output on this server.', schema: errorBody },
  },
  handle: ({ params: { session_id, name } }, { context, reply }) =>
    onSession(session_id, async (id) => {
      found(session_id, await context.sessions.find(DEFAULT_TENANT, id));
      const file = await context.outputs.open(id, name);
      if (!file) throw new ApiError('output_not_found', { id: session_id, name });
      const type = name.endsWith('.json') ? 'application/json' : 'text/plain';
      reply.type(`${type}; charset=utf-8`).header('content-length', file.bytes);
      return file.stream;
    }),
});
