import type { Route } from '../route.ts';
import {
  archiveAgent,
  createAgent,
  deleteAgent,
  listAgents,
  listAgentVersions,
  retrieveAgent,
  updateAgent,
} from './agents.ts';
import {
  archiveEnvironment,
  createEnvironment,
  deleteEnvironment,
  listEnvironments,
  retrieveEnvironment,
  updateEnvironment,
} from './environments.ts';
import { listEvents, sendEvents } from './events.ts';
import { deleteFile, downloadFile, listFiles, retrieveFile } from './files.ts';
import {
  addResource,
  deleteResource,
  listResources,
  retrieveResource,
  updateResource,
} from './session-resources.ts';
import { streamAlias, streamEvents } from './stream.ts';
import { uploadFile } from './upload.ts';

/** The routes of `/v1`. */
export const v1Routes: readonly Route[] = [
  createAgent,
  listAgents,
  retrieveAgent,
  updateAgent,
  archiveAgent,
  deleteAgent,
  listAgentVersions,
  createEnvironment,
  listEnvironments,
  retrieveEnvironment,
  updateEnvironment,
  deleteEnvironment,
  archiveEnvironment,

  listEvents,
  sendEvents,
  streamEvents,
  streamAlias,

  listResources,
  addResource,
  retrieveResource,
  updateResource,
  deleteResource,

  uploadFile,
  listFiles,
  retrieveFile,
  downloadFile,
  deleteFile,
];
