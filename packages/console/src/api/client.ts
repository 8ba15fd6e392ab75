import Anthropic from '@anthropic-ai/sdk';
import { getKey } from './credential.ts';

let client: Anthropic | undefined;
let madeFor: string | undefined;

/** The official SDK, against the server that the page came from. */
export function v1(): Anthropic {
  const key = getKey() ?? '';
  if (!client || madeFor !== key) {
    client = new Anthropic({
      baseURL: location.origin,
      // A server without keys does not look at it, and the SDK wants one.
      apiKey: key || 'none',
      authToken: null,
      dangerouslyAllowBrowser: true,
      maxRetries: 2,
      // For an upload it looks for `Response` there; it would ask the address `data:,` otherwise, which the policy forbids.
      fetch: Object.assign((...request: Parameters<typeof fetch>) => fetch(...request), { Response }),
    });
    madeFor = key;
  }
  return client;
}
