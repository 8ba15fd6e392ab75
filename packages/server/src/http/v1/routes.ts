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
import { listModels, retrieveModel } from './models.ts';
import { exportTranscript, forkSession, importSession } from './session-copies.ts';
import { listSessions } from './session-list.ts';
import { archiveSession, createSession, deleteSession, retrieveSession, updateSession } from './sessions.ts';
import { listThreadEvents, streamThreadEvents } from './thread-events.ts';
import { archiveThread, listThreads, retrieveThread } from './threads.ts';
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

  listModels,
  retrieveModel,

  createSession,
  importSession,
  listSessions,
  retrieveSession,
  updateSession,
  archiveSession,
  deleteSession,
  forkSession,
  exportTranscript,
  listEvents,
  sendEvents,
  streamEvents,
  streamAlias,
  listThreadEvents,
  streamThreadEvents,
  listThreads,
  retrieveThread,
  archiveThread,

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
