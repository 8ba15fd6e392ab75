import { describe, expect, it } from 'vitest';
import { EventParser } from '../../src/lib/event-parser.ts';

describe('server-sent events', () => {
  it('are the same however the stream is cut', () => {
    const text =
      'retry: 1000\n\nevent: a\r\ndata: {"x":1}\r\n\r\n: note\nid: 7\ndata: one\ndata:two\n\n\nevent: b\n\n';
    const whole = new EventParser().push(text);
    const parser = new EventParser();
    expect(Array.from(text).flatMap((character) => parser.push(character))).toEqual(whole);
    expect(whole).toEqual([
      { event: 'a', data: '{"x":1}', id: undefined },
      { event: 'message', data: 'one\ntwo', id: '7' },
    ]);
  });
});
