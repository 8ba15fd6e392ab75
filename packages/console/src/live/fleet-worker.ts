import { FleetHub, type HubRequest } from './fleet-hub.ts';

/** The SharedWorker that holds the stream for all tabs of the browser. */
const hub = new FleetHub((url, init) => fetch(url, init));

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  const handle = hub.join((message) => port.postMessage(message));
  port.addEventListener('message', ({ data }: MessageEvent<HubRequest>) => handle(data));
  port.start();
});
