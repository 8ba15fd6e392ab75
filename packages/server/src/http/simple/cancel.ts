import { DEFAULT_TENANT } from '../../store/records.ts';
import { whileConnected } from '../exchange-signal.ts';
import { defineRoute } from '../route.ts';
import { onSession } from './on-session.ts';
import { change, errorBody, sessionParams } from './schemas.ts';

export const cancel = defineRoute({
  name: 'cancel',
  method: 'POST',
  path: '/cancel/{session_id}',
  summary: 'Stop what a session is doing',
  params: sessionParams,
  responses: {
    200: { description: "Cancelled: the agent's whole process tree is gone.", schema: change },
    400: { description: 'The session is not running.', schema: errorBody },
    404: { description: 'No such session.', schema: errorBody },
  },
  handle: ({ params }, exchange) =>
    onSession(params.session_id, async (id) => {
      await whileConnected(exchange, ({ signal }) =>
        exchange.context.sessions.cancel(DEFAULT_TENANT, id, signal),
      );
      return {
        session_id: id,
        status: 'cancelled',
        message: `Session ${params.session_id} cancelled successfully`,
      };
    }),
});
