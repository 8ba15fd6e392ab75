import type { Config } from './config.ts';
import { startDemoModel } from './demo-model/server.ts';
import type { Upstream } from './gateway/gateway.ts';
import type { Clock } from './lib/clock.ts';

/** Where requests to the model go: to the provider, or in demo mode to a scripted model that lives as long as the server. */
export async function openUpstream(
  config: Config,
  clock: Clock,
  releasers: (() => Promise<unknown>)[],
): Promise<Upstream> {
  if (config.model.mode === 'provider') return { url: config.model.baseUrl, headers: config.model.headers };
  const demo = await startDemoModel({ clock });
  releasers.push(() => demo[Symbol.asyncDispose]());
  return { url: demo.url, headers: {} };
}
