import { expect, test } from 'vitest';
import { splitBlocks } from '../../src/text/split-blocks.ts';

test('cuts where a block has ended, and loses nothing', () => {
  const text = '# Title\n\nFirst.\nSame.\n\nSecond.\n';
  expect(splitBlocks(text)).toEqual(['# Title\n\n', 'First.\nSame.\n\n', 'Second.\n']);
});

test('keeps a fenced block whole, also one with empty lines and other fences in it', () => {
  const code = '````md\n```\n\nx\n```\n\ny\n````\n\n';
  expect(splitBlocks(`Before.\n\n${code}After.`)).toEqual(['Before.\n\n', code, 'After.']);
});

test('does not cut a list from its later items, nor what belongs to them', () => {
  const list = '1. one\n\n   more of it\n\n2. two\n\n- three\n';
  expect(splitBlocks(list)).toEqual([list]);
});

test('leaves finished blocks as they are while text grows', () => {
  const text = 'One.\n\n```js\nlet a;\n\nlet b;\n```\n\nTwo with `code`.\n\n- a\n- b\n\nThree.';
  let before: string[] = [];
  for (let length = 1; length <= text.length; length++) {
    const blocks = splitBlocks(text.slice(0, length));
    expect(blocks.join('')).toBe(text.slice(0, length));
    expect(blocks.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    before = blocks;
  }
});
