import { lengthOf, text } from './reply.ts';
import type { Fault, Reply, ReplyBlock, ReplyUsage } from './reply.ts';

/*
 * A prompt can hold directives that script the model to the letter: tests are written with them, and they work from
 * curl too. Only those of the latest prompt count. They are read in order; each tool call is one answer of the model,
 * and what stands before it belongs to the same answer.
 *
 *   [[text=Hello]]                          a text block, at once
 *   [[tokens=200 rate=50 size=8]]           a text of 200 pieces of `size` (4) characters, `rate` a second (0: at once)
 *   [[thinking=Let me see]]                 a thinking block
 *   [[tool=Bash {"command":"ls"}]]          a tool call; input {} if left out
 *   [[agent=Look around [[text=Seen]]]]     an Agent call with that prompt, which may hold directives of its own
 *   [[structured={"answer":42}]]            a StructuredOutput call
 *   [[structured]]                          … with the JSON object in the result of the last tool call
 *   [[parallel]]                            all tool calls that follow one another go into one answer
 *   [[pause=500]]                           wait so many ms between the blocks of an answer, before the next one
 *   [[ttft=500]]                            from here on, wait so many ms before the first byte
 *   [[model-usage input=9 output=9 cache-read=9 cache-write=9]]   from here on, the usage of each answer
 *   [[stop=max_tokens]]  [[stop=refusal]]   the stop reason of this answer
 *   [[status=529]]  [[status=429 retry-after=2 message="Slow down"]]   an HTTP error in place of this answer
 *   [[drop]]  [[stall]]  [[no-headers]]     this answer's connection is cut; goes silent; never answers
 *   [[error]]                               the stream of this answer ends with an error; 500 if it is no stream
 *   [[away]]                                the connection is cut before there is any answer
 *
 * The last four lines and `stop` take `times=N`: so often, then the answer is as if the directive were not there.
 * Brackets inside a directive must balance; in JSON write `] ]`.
 */

/** One answer of the model, as the directives want it. */
export interface Step {
  blocks: ReplyBlock[];
  ttftMs: number;
  usage: Partial<ReplyUsage>;
  fault?: Limited<Fault>;
  stop?: Limited<{ reason: Reply['stopReason'] }>;
}

/** Holds for the first `times` attempts. */
type Limited<T> = T & { times: number };

interface Directive {
  name: string;
  /** What follows the name, up to the closing brackets. */
  body: string;
  /** `key=value` pairs, the one of the name itself among them. */
  settings: Map<string, string>;
}

const NAME = /^([a-z-]+)(?:[=\s]([\s\S]*))?$/;

/** The steps that the directives of `prompt` ask for; undefined when it has none. */
export function parseDirectives(prompt: string): Step[] | undefined {
  const directives = findDirectives(prompt);
  if (directives.length === 0) return undefined;
  const isParallel = directives.some((directive) => directive.name === 'parallel');
  const steps: Step[] = [];
  let step: Step = { blocks: [], ttftMs: 0, usage: {} };
  const close = () => {
    steps.push(step);
    step = { blocks: [], ttftMs: step.ttftMs, usage: step.usage };
  };
  let pauseMs = 0;
  for (const directive of directives) {
    if (directive.name === 'pause') {
      pauseMs = Number(directive.body);
      continue;
    }
    const block = toBlock(directive);
    const calledBefore = step.blocks.at(-1)?.type === 'tool_use';
    if (calledBefore && block?.type !== 'tool_use') close();
    if (block) {
      step.blocks.push(pauseMs > 0 ? { ...block, pauseMs } : block);
      pauseMs = 0;
    } else applySetting(step, directive);
    if (block?.type === 'tool_use' && !isParallel) close();
  }
  if (step.blocks.length > 0 || step.fault || step.stop) close();
  return steps;
}

function findDirectives(prompt: string): Directive[] {
  const found: Directive[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < prompt.length - 1; i++) {
    const pair = prompt.slice(i, i + 2);
    if (pair !== '[[' && pair !== ']]') continue;
    if (pair === '[[' && depth++ === 0) start = i + 2;
    if (pair === ']]' && depth > 0 && --depth === 0) {
      const source = prompt.slice(start, i);
      const match = NAME.exec(source);
      if (match?.[1]) found.push({ name: match[1], body: match[2] ?? '', settings: parseSettings(source) });
    }
    i++;
  }
  return found;
}

function toBlock({ name, body, settings }: Directive): ReplyBlock | undefined {
  switch (name) {
    case 'text':
      return text(body);
    case 'thinking':
      return { type: 'thinking', pieces: [body], intervalMs: 0 };
    case 'tokens': {
      const count = Number(settings.get('tokens'));
      const size = Number(settings.get('size') ?? 4);
      const rate = Number(settings.get('rate') ?? 0);
      const pieces = Array.from({ length: count }, (_, index) =>
        `${index} `.padEnd(size, '.').slice(0, size),
      );
      return { type: 'text', pieces, intervalMs: rate > 0 ? 1000 / rate : 0 };
    }
    case 'tool': {
      const tool = body.split(/\s/, 1)[0] ?? '';
      return { type: 'tool_use', name: tool, input: parseInput(body.slice(tool.length)) };
    }
    case 'agent':
      return {
        type: 'tool_use',
        name: 'Agent',
        input: { description: 'Background work', prompt: body, subagent_type: 'general-purpose' },
      };
    case 'structured':
      return {
        type: 'tool_use',
        name: 'StructuredOutput',
        input: parseInput(body),
        ...(body === '' && { isFromResult: true }),
      };
    default:
      return undefined;
  }
}

function applySetting(step: Step, { name, settings }: Directive): void {
  const times = Number(settings.get('times') ?? Infinity);
  const value = settings.get(name);
  switch (name) {
    case 'ttft':
      step.ttftMs = Number(value);
      break;
    case 'model-usage':
      step.usage = parseUsage(settings);
      break;
    case 'stop':
      step.stop = { reason: value === 'refusal' ? 'refusal' : 'max_tokens', times };
      break;
    case 'status': {
      const retryAfter = settings.get('retry-after');
      const message = settings.get('message');
      step.fault = {
        kind: 'status',
        status: Number(value),
        times,
        ...(retryAfter !== undefined && { retryAfter }),
        ...(message !== undefined && { message }),
      };
      break;
    }
    case 'drop':
    case 'error':
    case 'stall':
    case 'no-headers':
    case 'away':
      step.fault = { kind: name, times };
  }
}

/** `a=1 b="two words"` as a map. */
function parseSettings(source: string): Map<string, string> {
  const matches = source.matchAll(/([a-z-]+)=(?:"([^"]*)"|(\S*))/g);
  return new Map([...matches].map(([, key = '', quoted, plain = '']) => [key, quoted ?? plain]));
}

function parseUsage(settings: Map<string, string>): Partial<ReplyUsage> {
  const usage: Partial<ReplyUsage> = {
    input_tokens: Number(settings.get('input') ?? 0),
    cache_read_input_tokens: Number(settings.get('cache-read') ?? 0),
    cache_creation_input_tokens: Number(settings.get('cache-write') ?? 0),
  };
  const output = settings.get('output');
  return output === undefined ? usage : { ...usage, output_tokens: Number(output) };
}

/** The input of a tool call; what is not a JSON object goes in as it stands, as a model's mistake would. */
function parseInput(source: string): Record<string, unknown> {
  if (source.trim() === '') return {};
  const input: unknown = JSON.parse(source);
  return typeof input === 'object' && input !== null ? { ...input } : { value: input };
}

/** Tokens of an answer as the demo model counts them. */
export function countOutputTokens(blocks: ReplyBlock[]): number {
  return Math.max(1, Math.ceil(blocks.reduce((sum, block) => sum + lengthOf(block), 0) / 4));
}
