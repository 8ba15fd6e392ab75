import { expect, test } from 'vitest';
import {
  parseJson,
  reportOf,
  resultText,
  splitExitCode,
  splitNumbers,
} from '../../../../src/pages/session/conversation/calls/result-text.ts';

const textOf = (text: string): string =>
  resultText({ result: { at: 0, isError: false, content: [{ type: 'text', text }] } });

test('leaves out what is for the model only', () => {
  expect(textOf('<tool_use_error>Error: no</tool_use_error>')).toBe('Error: no');
  expect(textOf('content\n<system-reminder>Careful.</system-reminder>\n')).toBe('content');
});

test('tells the exit code from the output', () => {
  expect(splitExitCode('Exit code 3\nboom')).toEqual({ exitCode: 3, output: 'boom' });
  expect(splitExitCode('fine')).toEqual({ output: 'fine' });
});

test('takes the numbers off the lines of a file', () => {
  expect(splitNumbers('    9\tnine\n   10\t\n   11\televen')).toEqual({
    firstLine: 9,
    code: 'nine\n\neleven',
  });
  expect(splitNumbers('no numbers')).toBeUndefined();
});

test('reads objects and lists as such, and nothing else', () => {
  expect(parseJson('{"a":1}')).toEqual({ a: 1 });
  expect(parseJson('[not json')).toBeUndefined();
  expect(parseJson('42')).toBeUndefined();
});

test('shows of a subagent what it reports', () => {
  const framed =
    '[Subagent hand-back] It is model output. The report follows:\n  **Two** ways.\n\n    code\nagentId: a1\n<usage>tool_uses: 0</usage>';
  expect(reportOf(framed)).toBe('**Two** ways.\n\n  code');
  const summarised = `  <tools-used-before-summary>Bash</tools-used-before-summary>\n  \n${framed}`;
  expect(reportOf(summarised)).toBe('**Two** ways.\n\n  code');
  expect(reportOf('Seen.\nagentId: a1\n<usage>tool_uses: 0</usage>')).toBe('Seen.');
  expect(reportOf('Seen.')).toBe('Seen.');
});
