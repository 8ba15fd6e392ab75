import { describe, expect, it } from 'vitest';
import type { UserItem } from '../../../src/live/session-items.ts';
import {
  isShortText,
  newAttachment,
  toBase64,
  toContent,
  wayOf,
} from '../../../src/pages/session/composer/attachments.ts';
import { consequenceOf } from '../../../src/pages/session/composer/consequence.ts';
import { parseSent, queuedOf } from '../../../src/pages/session/composer/queue.ts';

describe('What was sent', () => {
  const sent = [
    { id: 'sevt_1', text: 'a', attachments: 0, at: 1 },
    { id: 'sevt_2', text: 'b', attachments: 1, at: 2 },
  ];
  const taken: UserItem = { kind: 'user', id: 'sevt_1', at: 3, turn: 0, content: [], isFollowUp: false };

  it('is queued until the agent has taken it', () => {
    expect(queuedOf(sent, [])).toBe(sent);
    expect(queuedOf(sent, [taken])).toEqual([sent[1]]);
  });

  it('is there after a reload, whatever else is in the storage', () => {
    expect(parseSent(JSON.stringify(sent))).toEqual(sent);
    expect(parseSent('[1, {"id": "a"}]')).toEqual([]);
    expect(parseSent('{')).toEqual([]);
    expect(parseSent(undefined)).toEqual([]);
  });
});

describe('A file that is attached', () => {
  it('is shown to the model as a picture or a document, and goes to the disk otherwise', () => {
    expect(wayOf({ name: 'a.png', type: 'image/png', size: 10 })).toBe('image');
    expect(wayOf({ name: 'a.png', type: 'image/png', size: 6_000_000 })).toBe('disk');
    expect(wayOf({ name: 'a.svg', type: 'image/svg+xml', size: 10 })).toBe('disk');
    expect(wayOf({ name: 'a.PDF', type: '', size: 10 })).toBe('pdf');
    expect(wayOf({ name: 'a.csv', type: 'text/csv', size: 10 })).toBe('disk');
  });

  it('can be shown as text where it is short, and text', () => {
    expect(isShortText({ name: 'a.csv', type: '', size: 10 })).toBe(true);
    expect(isShortText({ name: 'a', type: 'text/plain', size: 10 })).toBe(true);
    expect(isShortText({ name: 'a.txt', type: 'text/plain', size: 0 })).toBe(false);
    expect(isShortText({ name: 'a.txt', type: 'text/plain', size: 1_000_000 })).toBe(false);
    expect(isShortText({ name: 'a.zip', type: 'application/zip', size: 10 })).toBe(false);
  });

  it('goes before the text of the message; where it is on the disk, the text says so', () => {
    const block = { type: 'text', text: 'shown' } as const;
    const shown = { ...newAttachment({ name: 'a', size: 1 }), block };
    const onDisk = { ...newAttachment({ name: 'b', size: 1 }), path: '/mnt/session/uploads/b' };
    expect(toContent(' Look ', [shown, onDisk])).toEqual([
      block,
      { type: 'text', text: 'Look\n\nAttached files:\n- /mnt/session/uploads/b' },
    ]);
    expect(toContent('', [shown])).toEqual([block]);
  });

  it('is base64 however large it is', () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index % 256);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});

it('A message says before it is sent what it will do', () => {
  expect(consequenceOf({ state: 'running' })).toBe('steers');
  expect(consequenceOf({ state: 'waiting', waitsFor: 'approval' })).toBe('afterAnswer');
  expect(consequenceOf({ state: 'waiting', waitsFor: 'budget' })).toBe('budget');
  expect(consequenceOf({ state: 'failed' })).toBe('goesOnAfterFailure');
  expect(consequenceOf({ state: 'archived' })).toBe('archived');
});
