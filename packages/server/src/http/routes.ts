import { alive, ready } from './health.ts';
import { createOpenApiRoute } from './openapi-route.ts';
import { metrics } from './metrics.ts';
import type { Route } from './route.ts';
import { answerApproval, listApprovals } from './simple/approvals.ts';
import { cancel } from './simple/cancel.ts';
import { cleanup } from './simple/cleanup.ts';
import { deleteSession } from './simple/delete.ts';
import { listDeliveries, replayDelivery } from './simple/deliveries.ts';
import { execute } from './simple/execute.ts';
import { output } from './simple/output.ts';
import { createRootRoute } from './simple/root.ts';
import { server } from './simple/server.ts';
import { listSessions } from './simple/sessions.ts';
import { status } from './simple/status.ts';
import { stream } from './simple/stream.ts';
import { deleteFile, downloadFile, listFiles, retrieveFile } from './v1/files.ts';
import {
  addResource,
  deleteResource,
  listResources,
  retrieveResource,
  updateResource,
} from './v1/session-resources.ts';
import { uploadFile } from './v1/upload.ts';

const api: readonly Route[] = [
  execute,
  status,
  cancel,
  listSessions,
  deleteSession,
  cleanup,
  stream,
  listApprovals,
  answerApproval,
  listDeliveries,
  replayDelivery,
  output,
  server,
  uploadFile,
  listFiles,
  retrieveFile,
  downloadFile,
  deleteFile,
  listResources,
  addResource,
  retrieveResource,
  updateResource,
  deleteResource,
];

/** The routes that the API's description lists. */
export const describedRoutes: readonly Route[] = [createRootRoute(api), ...api, alive, ready, metrics];

/** Every route of the server. */
export const routes: readonly Route[] = [...describedRoutes, createOpenApiRoute(describedRoutes)];
