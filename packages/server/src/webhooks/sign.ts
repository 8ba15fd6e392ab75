import { createHmac } from 'node:crypto';

/** The headers that prove to the receiver who sent a message and when, as Standard Webhooks has them. */
export function signedHeaders(
  secret: Uint8Array,
  { id, payload, now }: { id: string; payload: string; now: number },
): Record<string, string> {
  const timestamp = Math.floor(now / 1000);
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${payload}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
