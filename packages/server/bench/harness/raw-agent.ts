import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { query, type Options, type SDKMessage, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { BUILT_IN_TOOLS } from '#src/agent/tools.ts';

/** How the raw SDK is used: as its own defaults have it, or with the options that Bullpen gives its agents. */
export type RawKind = 'defaults' | 'as-bullpen';

export interface RawAgent {
  options: Options;
}

export interface RawRun {
  firstTextMs: number;
  endMs: number;
}

/** The raw SDK in a home of its own below `directory`, talking to the model at `modelUrl`. */
export async function prepareRawAgent(directory: string, modelUrl: string, kind: RawKind): Promise<RawAgent> {
  const paths = { HOME: join(directory, 'home'), CLAUDE_CONFIG_DIR: join(directory, 'config') };
  const cwd = join(directory, 'workspace');
  for (const path of [...Object.values(paths), cwd]) await mkdir(path, { recursive: true });
  return {
    options: {
      cwd,
      env: {
        ...paths,
        PATH: process.env['PATH'],
        ANTHROPIC_BASE_URL: modelUrl,
        ANTHROPIC_API_KEY: 'sk-bench',
        // It must not wait for the internet, which has nothing to do with us.
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_TELEMETRY: '1',
        DISABLE_AUTOUPDATER: '1',
      },
      includePartialMessages: true,
      ...(kind === 'as-bullpen' && {
        settingSources: [],
        strictMcpConfig: true,
        tools: BUILT_IN_TOOLS,
        systemPrompt: { type: 'preset', preset: 'claude_code' },
        permissionMode: 'default',
      }),
    },
  };
}

/** One `query()` with a process of its own, to its result. */
export async function runCold({ options }: RawAgent, prompt: string): Promise<RawRun> {
  const startedAt = performance.now();
  const messages = query({ prompt, options });
  const run = await readRun(messages, startedAt);
  // The process ends by itself; until then it would disturb the next measurement.
  for await (const _ of messages);
  return run;
}

/** A process that takes one prompt after the other: the SDK's streaming input. */
export class LiveRawAgent {
  readonly #input = new Prompts();
  readonly #messages: AsyncGenerator<SDKMessage, void>;

  constructor({ options }: RawAgent) {
    this.#messages = query({ prompt: this.#input, options });
  }

  /** Runs a prompt to its result. */
  async say(prompt: string): Promise<RawRun> {
    const startedAt = performance.now();
    this.#input.push(prompt);
    return readRun(this.#messages, startedAt);
  }

  /** Runs a prompt, giving every message away as it comes. */
  async sayAndWatch(prompt: string, onMessage: (message: SDKMessage) => void): Promise<void> {
    this.#input.push(prompt);
    await readUntilResult(this.#messages, onMessage);
  }

  /** Lets the process end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#input.end();
    for await (const _ of this.#messages);
  }
}

async function readRun(messages: AsyncGenerator<SDKMessage, void>, startedAt: number): Promise<RawRun> {
  let firstTextMs: number | undefined;
  await readUntilResult(messages, (message) => {
    if (firstTextMs === undefined && hasText(message)) firstTextMs = performance.now() - startedAt;
  });
  if (firstTextMs === undefined) throw new Error('The raw agent said nothing');
  return { firstTextMs, endMs: performance.now() - startedAt };
}

async function readUntilResult(
  messages: AsyncGenerator<SDKMessage, void>,
  onMessage: (message: SDKMessage) => void,
): Promise<void> {
  // Not `for await`: leaving such a loop would end the process.
  for (;;) {
    const { value, done } = await messages.next();
    if (done) throw new Error('The raw agent ended without a result');
    onMessage(value);
    if (value.type !== 'result') continue;
    if (value.is_error) throw new Error(`The raw agent failed: ${JSON.stringify(value)}`);
    return;
  }
}

function hasText(message: SDKMessage): boolean {
  return (
    message.type === 'stream_event' &&
    message.event.type === 'content_block_delta' &&
    message.event.delta.type === 'text_delta'
  );
}

/** An endless prompt: what is pushed comes out, until the end. */
class Prompts implements AsyncIterable<SDKUserMessage> {
  readonly #waiting: string[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  push(text: string): void {
    this.#waiting.push(text);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage> {
    while (!this.#ended) {
      const content = this.#waiting.shift();
      if (content === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else yield { type: 'user', message: { role: 'user', content }, parent_tool_use_id: null };
    }
  }
}
