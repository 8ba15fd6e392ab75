import { expect, test } from 'vitest';
import { SessionReducer } from '../../../../src/live/session-reducer.ts';
import { toMarkdown } from '../../../../src/pages/session/conversation/to-markdown.ts';
import { answered, called, idle, returned, said } from '../../../live/wire.ts';

test('a conversation is a document, and nothing in an output ends its block', () => {
  const reducer = new SessionReducer();
  const call = called('bash', 'toolu_1', { input: { command: 'cat a.md' } });
  const events = [
    said('Read it'),
    answered('I do.'),
    call,
    returned(call, '# A\n```ts\nx\n```'),
    answered('Done.'),
    idle(),
  ];
  for (const event of events) reducer.apply(event);
  const text = toMarkdown(reducer.snapshot().items, 'Notes', { you: 'You', agent: 'Agent', error: 'Error' });
  expect(text).toBe(
    [
      '# Notes',
      '## You',
      'Read it',
      '## Agent',
      'I do.',
      '**bash**',
      '```sh\ncat a.md\n```',
      '````\n# A\n```ts\nx\n```\n````',
      'Done.\n',
    ].join('\n\n'),
  );
});
