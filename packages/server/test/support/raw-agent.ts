import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '@anthropic-ai/claude-agent-sdk';
import type { Options, SDKMessage, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/** Where an agent of the SDK, without Bullpen around it, finds its model. */
export interface ModelAccess {
  url: string;
  key: string;
}

/**
 * Runs the real agent binary on `prompts`, one turn each, in a clean room and an empty directory that are gone in
 * the end. Resolves with all its messages.
 */
export async function runRawAgent(
  model: ModelAccess,
  prompts: string[],
  options: Options = {},
): Promise<SDKMessage[]> {
  const room = await mkdtemp(join(tmpdir(), 'bullpen-raw-'));
  try {
    const [home, cwd] = [join(room, 'home'), join(room, 'work')];
    await mkdir(home);
    await mkdir(cwd);
    return await collect(prompts, {
      cwd,
      env: cleanEnv(home, model),
      settingSources: [],
      strictMcpConfig: true,
      settings: { crossSessionInbound: 'refuse' },
      permissionMode: 'acceptEdits',
      allowedTools: ['Bash'],
      tools: ['Agent', 'Bash', 'Edit', 'Read', 'Write'],
      model: 'sonnet',
      ...options,
    });
  } finally {
    await rm(room, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function collect(prompts: string[], options: Options): Promise<SDKMessage[]> {
  const messages: SDKMessage[] = [];
  let turnEnded = () => {};
  async function* input(): AsyncGenerator<SDKUserMessage> {
    for (const content of prompts) {
      const ended = new Promise<void>((resolve) => (turnEnded = resolve));
      yield { type: 'user', message: { role: 'user', content }, parent_tool_use_id: null };
      await ended;
    }
  }
  for await (const message of query({ prompt: input(), options })) {
    messages.push(message);
    const isIdle =
      message.type === 'system' && message.subtype === 'session_state_changed' && message.state === 'idle';
    if (isIdle) turnEnded();
  }
  return messages;
}

/** The environment of an agent that sees nothing of this machine. */
export function cleanEnv(home: string, model: ModelAccess): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    CLAUDE_CODE_TMPDIR: home,
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: model.key,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
    CLAUDE_CODE_DISABLE_BUNDLED_SKILLS: '1',
    CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS: '1',
    CLAUDE_CODE_MAX_RETRIES: '2',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
  };
}
