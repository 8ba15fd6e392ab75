import type { FeedMessage } from './fleet-feed.ts';
import { FleetHub, type HubRequest } from './fleet-hub.ts';

/** The way of this page to the fleet: by the worker of all tabs, or by a stream of its own where there is none. */
export function openFleetLink(listener: (message: FeedMessage) => void): (request: HubRequest) => void {
  const port = openWorker();
  if (!port) return new FleetHub((url, init) => fetch(url, init)).join(listener);
  port.addEventListener('message', ({ data }: MessageEvent<FeedMessage>) => listener(data));
  port.start();
  return (request) => port.postMessage(request);
}

function openWorker(): MessagePort | undefined {
  if (typeof SharedWorker === 'undefined') return undefined;
  try {
    return new SharedWorker(new URL('fleet-worker.ts', import.meta.url), {
      type: 'module',
      name: 'bullpen-fleet',
    }).port;
  } catch {
    // Private windows of some browsers have the class, and refuse to make one.
    return undefined;
  }
}
