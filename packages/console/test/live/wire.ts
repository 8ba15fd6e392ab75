import type { WireEvent } from '../../src/live/session-events.ts';

let count = 0;

/** An event of `/v1`, a second after the one before. */
export function wire(type: string, fields: Record<string, unknown> = {}): WireEvent {
  count++;
  const at = new Date(Date.UTC(2026, 0, 1) + count * 1000).toISOString();
  return { id: `sevt_${count}`, type, processed_at: at, ...fields };
}

export function said(text: string): WireEvent {
  return wire('user.message', { content: [{ type: 'text', text }] });
}

export function answered(text: string, fields: Record<string, unknown> = {}): WireEvent {
  return wire('agent.message', { content: [{ type: 'text', text }], ...fields });
}

export function called(name: string, callId: string, fields: Record<string, unknown> = {}): WireEvent {
  return wire('agent.tool_use', { name, call_id: callId, input: {}, ...fields });
}

export function returned(call: WireEvent, text: string, fields: Record<string, unknown> = {}): WireEvent {
  const content = [{ type: 'text', text }];
  return wire('agent.tool_result', {
    tool_use_id: call.id,
    call_id: call['call_id'],
    content,
    is_error: false,
    ...fields,
  });
}

export function idle(state = 'completed', fields: Record<string, unknown> = {}): WireEvent {
  return wire('session.status_idle', { stop_reason: { type: 'end_turn' }, state, failure: null, ...fields });
}
