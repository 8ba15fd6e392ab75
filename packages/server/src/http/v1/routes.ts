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
import { streamAlias, streamEvents } from './stream.ts';

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

  listEvents,
  sendEvents,
  streamEvents,
  streamAlias,
];
