import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import type { Reply, ReplyBlock } from './reply.ts';

/** Who answers: what stands in the message besides the reply itself. */
export interface MessageHead {
  id: string;
  model: string;
}

/**
 * Writes `reply` as server-sent events, at its pace and no faster than the client reads. With `isCut` the last
 * events are missing. Throws AbortError when `signal` fires.
 */
export async function writeEvents(
  out: Writable,
  head: MessageHead,
  reply: Reply,
  options: { clock: Clock; signal: AbortSignal; isCut: boolean },
): Promise<void> {
  const send = async (type: string, data: Record<string, unknown>) => {
    const isRoomLeft = out.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    if (!isRoomLeft) await once(out, 'drain', { signal: options.signal });
  };
  const { output_tokens: outputTokens, ...input } = reply.usage;
  await send('message_start', {
    message: { ...emptyMessage(head), usage: { ...input, output_tokens: Math.min(1, outputTokens) } },
  });
  for (const [index, block] of reply.blocks.entries()) {
    if (block.pauseMs) await sleep(block.pauseMs, undefined, { signal: options.signal });
    await send('content_block_start', { index, content_block: startOf(head, block, index) });
    const startedAt = options.clock.monotonic();
    for (const [position, delta] of deltasOf(block).entries()) {
      const dueAt = startedAt + position * (block.type === 'tool_use' ? 0 : block.intervalMs);
      const waitMs = dueAt - options.clock.monotonic();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: options.signal });
      await send('content_block_delta', { index, delta });
    }
    if (options.isCut && index === reply.blocks.length - 1) {
      if (reply.fault?.kind === 'error') await send('error', { error: TROUBLE });
      return;
    }
    await send('content_block_stop', { index });
  }
  await send('message_delta', {
    delta: { stop_reason: reply.stopReason, stop_sequence: null },
    usage: { output_tokens: outputTokens },
  });
  await send('message_stop', {});
}

/** The same reply as one JSON object. */
export function toMessage(head: MessageHead, reply: Reply): Record<string, unknown> {
  return {
    ...emptyMessage(head),
    content: reply.blocks.map((block, index) => ({ ...startOf(head, block, index), ...contentOf(block) })),
    stop_reason: reply.stopReason,
    usage: reply.usage,
  };
}

function emptyMessage({ id, model }: MessageHead): Record<string, unknown> {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function startOf({ id }: MessageHead, block: ReplyBlock, index: number): Record<string, unknown> {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return { type: 'tool_use', id: `${id.replace('msg', 'toolu')}_${index}`, name: block.name, input: {} };
  }
}

function contentOf(block: ReplyBlock): Record<string, unknown> {
  if (block.type === 'tool_use') return { input: block.input };
  return block.type === 'text'
    ? { text: block.pieces.join('') }
    : { thinking: block.pieces.join(''), signature: SIGNATURE };
}

function deltasOf(block: ReplyBlock): Record<string, unknown>[] {
  switch (block.type) {
    case 'text':
      return block.pieces.map((piece) => ({ type: 'text_delta', text: piece }));
    case 'thinking':
      return [
        ...block.pieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
        { type: 'signature_delta', signature: SIGNATURE },
      ];
    case 'tool_use':
      return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  }
}

const TROUBLE = { type: 'api_error', message: 'The demo model was told to break off' };
const SIGNATURE = Buffer.from('demo model').toString('base64');
