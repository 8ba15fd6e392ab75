import { fleetStream } from './fleet/stream.ts';
import { alive, ready } from './health.ts';
import { createOpenApiRoute } from './openapi-route.ts';
import { metrics } from './metrics.ts';
import type { Route } from './route.ts';
import { answerApproval, listApprovals } from './simple/approvals.ts';
import { cancel } from './simple/cancel.ts';
import { cleanup } from './simple/cleanup.ts';
import { deleteSession } from './simple/delete.ts';
import { listDeliveries, replayDelivery } from './simple/deliveries.ts';
import { listDirectories } from './simple/directories.ts';
import { execute } from './simple/execute.ts';
import { output } from './simple/output.ts';
import { createRootRoute } from './simple/root.ts';
import { server } from './simple/server.ts';
import { listSessions } from './simple/sessions.ts';
import { status } from './simple/status.ts';
import { stream } from './simple/stream.ts';
import { getUsage, getUsageCsv, listCostliest } from './simple/usage.ts';
import { v1Routes } from './v1/routes.ts';

const api: readonly Route[] = [
  execute,
  status,
  cancel,
  listSessions,
  deleteSession,
  cleanup,
  stream,
  fleetStream,
  listApprovals,
  answerApproval,
  listDeliveries,
  replayDelivery,
  output,
  server,
  getUsage,
  getUsageCsv,
  listCostliest,
  listDirectories,
];

/** The routes that the API's description lists. */
export const describedRoutes: readonly Route[] = [
  createRootRoute(api),
  ...api,
  ...v1Routes,
  alive,
  ready,
  metrics,
];

/** Every route of the server. */
export const routes: readonly Route[] = [...describedRoutes, createOpenApiRoute(describedRoutes)];
