import type { Anthropic } from '@anthropic-ai/sdk';

/** The official SDK, for a page that shows before it needs it: the SDK is larger than all the rest of the page. */
export async function loadV1(): Promise<Anthropic> {
  return (await import('./client.ts')).v1();
}
