import { expect, test } from 'vitest';
import { cleanTerminal, coloursAfter } from '../../../../src/pages/session/conversation/text/terminal.ts';

test('keeps colours and drops what only moves the cursor', () => {
  expect(cleanTerminal('\u001b[2K\u001b[1G\u001b[31mred\u001b[0m\u001b[?25h')).toBe('\u001b[31mred\u001b[0m');
});

test('shows a line that was written over and over once', () => {
  expect(cleanTerminal('10 %\r50 %\r100 %\r\ndone\r\n')).toBe('100 %\ndone\n');
});

test('drops links and titles that are for the terminal', () => {
  expect(cleanTerminal('\u001b]0;title\u0007\u001b]8;;https://x\u001b\\text\u001b]8;;\u001b\\')).toBe('text');
});

test('knows the colours that are on after a text', () => {
  expect(coloursAfter('\u001b[31mred\n')).toBe('\u001b[31m');
  expect(coloursAfter('\u001b[1m\u001b[31mred\n')).toBe('\u001b[1m\u001b[31m');
  expect(coloursAfter('\u001b[31mred\u001b[0m plain')).toBe('');
  expect(coloursAfter('\u001b[31mred\u001b[0;32m green')).toBe('\u001b[0;32m');
});
