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
import { listSessions } from './session-list.ts';
import { archiveSession, createSession, deleteSession, retrieveSession, updateSession } from './sessions.ts';
import { streamAlias, streamEvents } from './stream.ts';
import { listThreadEvents, streamThreadEvents } from './thread-events.ts';
import { archiveThread, listThreads, retrieveThread } from './threads.ts';

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
  createSession,
  listSessions,
  retrieveSession,
  updateSession,
  archiveSession,
  deleteSession,
  listEvents,
  sendEvents,
  streamEvents,
  streamAlias,
  listThreadEvents,
  streamThreadEvents,
  listThreads,
  retrieveThread,
  archiveThread,
];
