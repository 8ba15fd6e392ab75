import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoModel, type DemoModel } from '#src/demo-model/server.ts';
import { routes } from '#src/http/routes.ts';
import { systemClock } from '#src/lib/clock.ts';
import { startApp } from '../../support/app.ts';
import { leftOut, type SdkCall } from '../../support/sdk/coverage.ts';
import { NO_EXTENSIONS } from '../../support/sdk/check-shape.ts';
import type { SdkVersion } from '../../support/sdk/packages.ts';
import { readSurface } from '../../support/sdk/surface.ts';
import { officialClient } from './recording-client.ts';
import { callAgents } from './resources/agents.ts';
import { callEnvironments } from './resources/environments.ts';
import { callModels, MODEL_EXTENSIONS } from './resources/models.ts';

const VERSIONS: SdkVersion[] = ['1.12', '0.120', '0.95'];
/** Each method of a resource, with each of its parameters. */
const RESOURCES = {
  'beta.agents': callAgents,
  'beta.environments': callEnvironments,
  'beta.models': callModels,
  models: callModels,
};

let model: DemoModel;
beforeAll(async () => (model = await startDemoModel({ clock: systemClock })));
afterAll(async () => model[Symbol.asyncDispose]());

describe.each(VERSIONS)('SDK %s', (version) => {
  it('finds each method and parameter of what is served, with answers as it declares them', async () => {
    await using app = await startApp({ provider: model.url });
    const calls: SdkCall[] = [];
    const client = officialClient(version, {
      baseURL: app.url,
      calls,
      extensions: { ...NO_EXTENSIONS, properties: MODEL_EXTENSIONS },
    });
    for (const call of new Set(Object.values(RESOURCES))) await call(client);
    const isOurs = (name: string): boolean =>
      Object.keys(RESOURCES).some((resource) => name.startsWith(`${resource}.`));
    expect(leftOut(readSurface(version), routes, calls).filter(isOurs)).toEqual([]);
  });
});
