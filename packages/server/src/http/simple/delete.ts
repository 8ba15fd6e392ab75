import { DEFAULT_TENANT } from '../../store/records.ts';
import { whileConnected } from '../exchange-signal.ts';
import { defineRoute } from '../route.ts';
import { onSession } from './on-session.ts';
import { projectState } from './project.ts';
import { change, errorBody, sessionParams } from './schemas.ts';

export const deleteSession = defineRoute({
  name: 'delete',
  method: 'DELETE',
  path: '/sessions/{session_id}',
  summary: 'Remove a session with its log, its transcript and its own workspace',
  params: sessionParams,
  responses: {
    200: { description: 'Deleted; `status` is what it was before.', schema: change },
    400: { description: 'The session is running.', schema: errorBody },
    404: { description: 'No such session.', schema: errorBody },
  },
  handle: ({ params }, exchange) =>
    onSession(params.session_id, async (id) => {
      const before = await whileConnected(exchange, ({ signal }) =>
        exchange.context.sessions.delete(DEFAULT_TENANT, id, signal),
      );
      return {
        session_id: id,
        status: projectState(before.session.state),
        message: `Session ${params.session_id} deleted successfully`,
      };
    }),
});
