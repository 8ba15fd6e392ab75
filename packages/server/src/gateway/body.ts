import type { IncomingMessage } from 'node:http';

/** The Messages API takes no larger ones either. */
const MAX_BODY = 32 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The whole body of a request: it may have to be sent more than once. Rejects when the agent leaves before its end. */
export async function readBody(request: IncomingMessage, onChunk: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    onChunk();
    length += chunk.length;
    // Read to its end all the same: the agent hears an answer only when it has sent everything.
    if (length <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > MAX_BODY) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}

/** The model that a request asks for; agents put it at the beginning of the body. */
export function findModel(body: Buffer): string | undefined {
  return /"model"\s*:\s*"([^"\\]{1,200})"/.exec(body.toString('latin1', 0, 64 * 1024))?.[1];
}
