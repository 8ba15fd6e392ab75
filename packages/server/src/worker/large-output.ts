import type { AgentEventBody, AgentOutput } from '../agent/agent.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { shorten, sizeOf } from '../lib/shorten.ts';
import type { Log } from '../log.ts';
import type { Outputs } from '../workspace/outputs.ts';

export interface LargeOutputContext {
  outputs: Pick<Outputs, 'write'>;
  /** How much of an event's text the log takes; 0: all. */
  limits: { maxToolOutputBytes: number };
  clock: Clock;
  log: Log;
}

/** What goes into the log of what an agent says: what is too large is kept beside it before, see `keepLarge`. */
export async function fitOutput<T extends AgentOutput>(
  output: T,
  sessionId: string,
  context: LargeOutputContext,
): Promise<T | { type: 'event'; body: AgentEventBody }> {
  if (output.type !== 'event' || !isLarge(output.body, context)) return output;
  return { type: 'event', body: await keepLarge(output.body, sessionId, context) };
}

/** Whether an event says more than the log takes. */
export function isLarge(body: AgentEventBody, { limits }: LargeOutputContext): boolean {
  return limits.maxToolOutputBytes > 0 && sizeOf(partOf(body)) > limits.maxToolOutputBytes;
}

/**
 * Keeps the whole of a large event in a file; resolves with the event as it goes into the log: shortened, and with the
 * name of the file. When the file cannot be written the event is shortened all the same, and names none.
 */
export async function keepLarge(
  body: AgentEventBody,
  sessionId: string,
  { outputs, limits, clock, log }: LargeOutputContext,
): Promise<AgentEventBody> {
  const part = partOf(body);
  const text = textOf(part);
  const content = text ?? JSON.stringify(part);
  const name = `${createId(clock.now())}.${text === undefined ? 'json' : 'txt'}`;
  const short = withPart(body, shorten(part, limits.maxToolOutputBytes));
  try {
    await outputs.write(sessionId, name, content);
  } catch (error) {
    log.error({ err: error, sessionId }, 'An output that is too large for the log could not be kept.');
    return short;
  }
  return { ...short, fullOutput: { name, bytes: Buffer.byteLength(content) } };
}

/** The part of an event that may be large. A result is none: the model's output limit bounds it, and programs parse it. */
function partOf(body: AgentEventBody): unknown {
  switch (body.type) {
    case 'agent.message':
      return body.text;
    case 'agent.thinking':
      return body.thinking;
    case 'agent.tool_use':
      return body.input;
    case 'agent.tool_result':
      return body.content;
    case 'agent.system':
      return body.data;
    case 'run.result':
      return null;
  }
}

/** `part` is what `shorten` made of the body's: an object or a text. */
function withPart(body: AgentEventBody, part: unknown): Exclude<AgentEventBody, { type: 'run.result' }> {
  switch (body.type) {
    case 'agent.message':
      return { ...body, text: String(part) };
    case 'agent.thinking':
      return { ...body, thinking: String(part) };
    case 'agent.tool_use':
      return { ...body, input: toObject(part) };
    case 'agent.tool_result':
      return { ...body, content: part };
    case 'agent.system':
      return { ...body, data: toObject(part) };
    case 'run.result':
      throw new Error('A result is never shortened.');
  }
}

function toObject(part: unknown): Record<string, unknown> {
  return typeof part === 'object' && part !== null ? { ...part } : { json: part };
}

/** The text that the part is, if it is one, also as the only block of a list; undefined: it has a structure. */
function textOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  if (!Array.isArray(part) || part.length !== 1) return undefined;
  const [block]: unknown[] = part;
  const isText = typeof block === 'object' && block !== null && 'text' in block;
  return isText && typeof block.text === 'string' ? block.text : undefined;
}
