import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID, type UUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, type Options, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import { AsyncQueue } from '#src/agent/queue.ts';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';
import { cleanEnv } from './raw-agent.ts';
import { parseRawMessage, storyOf, type RawMessage } from './raw-story.ts';
import { RawTranscript } from './raw-transcript.ts';
import { startRecorder, type Recorder } from './recorder.ts';
import { until } from './until.ts';

/** Agents of the SDK without Bullpen around them, looked at and killed while they run. */
export interface RawLab {
  provider: Recorder;
  createConversation(): Promise<RawConversation>;
  /** The messages of the last request to the model, as JSON. */
  lastRequest(): string;
  /** The same, one by one. */
  lastMessages(): { role: string; text: string }[];
  /** The results of tools in it, in their order: id of the call and content. */
  lastResults(): [string, unknown][];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RawConversation {
  cwd: string;
  transcript: RawTranscript;
  /** The first process begins the conversation, those after it resume it. */
  start(options?: RawOptions): RawAgent;
}

export interface RawOptions extends Options {
  /** It goes on with the turn that was cut, without a prompt. */
  goesOn?: boolean;
}

export interface RawAgent {
  messages: RawMessage[];
  /** Returns the uuid of the message, whose name in the story it is. */
  send(content: Content, more?: MessageOptions): UUID;
  story(): string[];
  /** Waits for a word of the story, the `count`-th. */
  hears(word: string, count?: number): Promise<void>;
  interrupt(): Promise<string[]>;
  /** With SIGKILL. */
  kill(): Promise<void>;
}

const anyRequest = z.looseObject({ messages: z.unknown() });
const modelRequest = z.looseObject({
  messages: z.array(
    z.looseObject({
      role: z.string(),
      content: z.union([
        z.string(),
        z.array(z.looseObject({ tool_use_id: z.string().optional(), content: z.unknown().optional() })),
      ]),
    }),
  ),
});

type Content = SDKUserMessage['message']['content'];
type MessageOptions = Omit<Partial<SDKUserMessage>, 'uuid'> & { name?: string; uuid?: UUID };

export async function createRawLab(): Promise<RawLab> {
  const room = await mkdtemp(join(tmpdir(), 'bullpen-raw-'));
  const model = await startDemoModel({ clock: systemClock });
  const provider = await startRecorder(model.url);
  const agents: RawAgent[] = [];
  return {
    provider,
    async createConversation() {
      const sessionId = randomUUID();
      const cwd = join(room, sessionId);
      await mkdir(cwd);
      const transcript = new RawTranscript(sessionId);
      let isBegun = false;
      return {
        cwd,
        transcript,
        start({ goesOn = false, ...options } = {}) {
          const home = join(room, randomUUID());
          const agent = startAgent({
            cwd,
            settingSources: [],
            strictMcpConfig: true,
            settings: { crossSessionInbound: 'refuse' },
            tools: ['Bash', 'Read'],
            includePartialMessages: true,
            sessionStore: transcript,
            sessionStoreFlush: 'eager',
            ...(isBegun ? { resume: sessionId } : { sessionId }),
            ...options,
            env: {
              ...cleanEnv(home, { url: provider.url, key: 'none' }),
              CLAUDE_CODE_PROJECT_DIR_NAME: 'session',
              ENABLE_TOOL_SEARCH: 'false',
              ...(goesOn && { CLAUDE_CODE_RESUME_INTERRUPTED_TURN: '1' }),
            },
          });
          isBegun = true;
          agents.push(agent);
          return agent;
        },
      };
    },
    lastRequest: () => JSON.stringify(anyRequest.parse(JSON.parse(lastBody(provider))).messages),
    lastMessages: () =>
      messagesOf(provider).map(({ role, content }) => ({ role, text: JSON.stringify(content) })),
    lastResults: () =>
      messagesOf(provider)
        .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
        .flatMap(({ tool_use_id: id, content }) => (id === undefined ? [] : [[id, content]])),
    async [Symbol.asyncDispose]() {
      await Promise.all(agents.map((agent) => agent.kill()));
      await provider[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(room, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function messagesOf(provider: Recorder): z.infer<typeof modelRequest>['messages'] {
  return modelRequest.parse(JSON.parse(lastBody(provider))).messages;
}

function lastBody({ requests }: Recorder): string {
  return requests.at(-1)?.body ?? '';
}

function startAgent(options: Options): RawAgent {
  const input = new AsyncQueue<SDKUserMessage>();
  const messages: RawMessage[] = [];
  const names: Record<string, string> = {};
  let child: ChildProcess | undefined;
  const running = query({
    prompt: input,
    options: {
      ...options,
      spawnClaudeCodeProcess: ({ command, args, cwd, env }) => {
        const spawned = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
        child = spawned;
        return spawned;
      },
    },
  });
  const ended = (async () => {
    try {
      for await (const message of running) messages.push(parseRawMessage(message));
    } catch {
      // Killed, or a run that failed: what matters was among the messages.
    }
  })();
  return {
    messages,
    send(content, { name = 'message', uuid = randomUUID(), ...more } = {}) {
      names[uuid] = name;
      input.push({
        type: 'user',
        uuid,
        parent_tool_use_id: null,
        message: { role: 'user', content },
        ...more,
      });
      return uuid;
    },
    story: () => storyOf(messages, names),
    async hears(word, count = 1) {
      const probe = (): boolean => storyOf(messages, names).filter((told) => told === word).length >= count;
      await until(`the agent says "${word}" (${count})`, probe);
    },
    async interrupt() {
      return (await running.interrupt())?.still_queued ?? [];
    },
    async kill() {
      if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, 'SIGKILL');
      }
      input.close();
      await ended;
    },
  };
}
