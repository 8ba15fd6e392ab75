import { describe, expect, it } from 'vitest';
import type { AgentOutput } from '#src/agent/agent.ts';
import { parseAgentMessage } from '#src/agent/messages.ts';
import { translate } from '#src/agent/translate.ts';

function translateAll(...messages: unknown[]): AgentOutput[] {
  const translation = { runId: 'run', open: new Map() };
  return messages.flatMap((raw) => {
    const message = parseAgentMessage(raw);
    return message ? translate(translation, message) : [];
  });
}

const model = { id: 'msg_1', model: 'm' };
const text = { type: 'text', text: 'Hello' };

describe('a message of the agent', () => {
  it('of the model gives one event per block that we know', () => {
    const content = [
      text,
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } },
      { type: 'redacted_thinking', data: 'x' },
    ];
    const common = { messageId: 'msg_1', model: 'm', parentToolUseId: 'p' };
    expect(
      translateAll({ type: 'assistant', message: { ...model, content }, parent_tool_use_id: 'p' }),
    ).toEqual([
      { type: 'event', body: { type: 'agent.message', ...common, text: 'Hello' } },
      { type: 'event', body: { type: 'agent.thinking', ...common, thinking: 'Hm', signature: 's' } },
      {
        type: 'event',
        body: { type: 'agent.tool_use', ...common, toolUseId: 't1', name: 'Bash', input: { command: 'ls' } },
      },
    ]);
  });

  it('that reports a failed request carries the SDK’s word for it', () => {
    const message = { ...model, content: [text] };
    expect(translateAll({ type: 'assistant', message, error: 'rate_limit' })).toMatchObject([
      { body: { type: 'agent.message', error: 'rate_limit' } },
    ]);
  });

  it('in the user’s name gives its tool results and nothing else', () => {
    const result = { type: 'tool_result', tool_use_id: 't1', content: 'done' };
    expect(
      translateAll(
        { type: 'user', uuid: 'u1', message: { content: [text, result] } },
        { type: 'user', isSynthetic: true, message: { content: [text] } },
        { type: 'user', message: { content: 'This summary was made by the agent.' } },
        { type: 'user', isReplay: true, message: { content: [result] } },
      ),
    ).toEqual([
      {
        type: 'event',
        body: {
          type: 'agent.tool_result',
          parentToolUseId: null,
          toolUseId: 't1',
          content: 'done',
          isError: false,
          uuid: 'u1',
        },
      },
    ]);
  });

  it('about the machinery is not shown; init is, without sockets and memory', () => {
    const system = (subtype: string, more = {}) => ({ type: 'system', subtype, ...more });
    const shown = translateAll(
      system('init', { cwd: '/w', messaging_socket_path: '/s', memory_paths: {} }),
      ...[
        'status',
        'hook_started',
        'session_state_changed',
        'background_tasks_changed',
        'thinking_tokens',
      ].map((subtype) => system(subtype)),
      ...['compact_boundary', 'api_retry', 'permission_denied', 'task_started'].map((subtype) =>
        system(subtype),
      ),
      { type: 'command_lifecycle', command_uuid: 'u', state: 'queued' },
      { type: 'something_new' },
      'no object',
    );
    expect(shown.map((output) => output.type === 'event' && output.body)).toEqual([
      { type: 'agent.system', subtype: 'init', data: { type: 'system', subtype: 'init', cwd: '/w' } },
      ...['compact_boundary', 'api_retry', 'permission_denied', 'task_started'].map((subtype) => ({
        type: 'agent.system',
        subtype,
        data: { type: 'system', subtype },
      })),
    ]);
  });

  it('that streams gives previews with their place, for each line of work by itself', () => {
    const stream = (event: object, parent: string | null = null) => ({
      type: 'stream_event',
      parent_tool_use_id: parent,
      event,
    });
    const delta = (index: number, change: object) => ({ type: 'content_block_delta', index, delta: change });
    const written = translateAll(
      stream(delta(0, { type: 'text_delta', text: 'of a message that we did not see begin' })),
      stream({ type: 'message_start', message: { id: 'a' } }),
      stream(delta(0, { type: 'thinking_delta', thinking: 'Hm' })),
      stream(delta(1, { type: 'text_delta', text: 'Hel' })),
      stream({ type: 'message_start', message: { id: 'b' } }, 'p'),
      stream(delta(0, { type: 'text_delta', text: 'Sub' }), 'p'),
      stream(delta(1, { type: 'text_delta', text: 'lo' })),
      stream(delta(2, { type: 'input_json_delta', partial_json: '{' })),
      stream({ type: 'message_stop' }),
    );
    expect(written.map((output) => output.type === 'preview' && Object.values(output.preview))).toEqual([
      ['a', 0, 'thinking', 0, 'Hm', null],
      ['a', 1, 'text', 0, 'Hel', null],
      ['b', 0, 'text', 0, 'Sub', 'p'],
      ['a', 1, 'text', 3, 'lo', null],
    ]);
  });
});
