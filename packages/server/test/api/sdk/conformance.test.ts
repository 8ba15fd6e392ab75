import { expect, it } from 'vitest';
import { routes } from '#src/http/routes.ts';
import { makeDataDir, startBullpen } from '../../support/bullpen-process.ts';
import { KEY, KEYED } from '../../support/managed-sessions.ts';
import { NO_EXTENSIONS } from '../../support/sdk/check-shape.ts';
import { leftOut, type SdkCall } from '../../support/sdk/coverage.ts';
import type { SdkVersion } from '../../support/sdk/packages.ts';
import { readSurface } from '../../support/sdk/surface.ts';
import { officialClient } from './recording-client.ts';
import { callAgents } from './resources/agents.ts';
import { callEnvironments } from './resources/environments.ts';
import { callFiles } from './resources/files.ts';
import { callModels, MODEL_EXTENSIONS } from './resources/models.ts';
import { callSessionEvents } from './resources/session-events.ts';
import { callResources } from './resources/session-resources.ts';
import { callThreads } from './resources/session-threads.ts';
import { callSessions } from './resources/sessions.ts';

const VERSIONS: SdkVersion[] = ['1.12', '0.120', '0.95'];

it.each(VERSIONS)(
  'SDK %s finds each method and parameter of what is served, with answers as it declares them',
  { timeout: 180_000 },
  async (version) => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--demo'], KEYED);
    const calls: SdkCall[] = [];
    const client = officialClient(version, {
      baseURL: server.url,
      apiKey: KEY,
      calls,
      extensions: { ...NO_EXTENSIONS, properties: MODEL_EXTENSIONS },
    });
    await callEnvironments(client);
    await callAgents(client);
    await callModels(client);
    await callFiles(client);
    await callResources(client);
    await callSessions(client);
    const talked = await callSessionEvents(client);
    await callThreads(client, talked);
    expect(leftOut(readSurface(version), routes, calls)).toEqual([]);
  },
);
