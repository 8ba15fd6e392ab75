import { expect, it } from 'vitest';
import { showHidden } from '../../src/lib/visible-text.ts';

it('Hidden characters of a command are written out, and nothing else changes', () => {
  expect(showHidden('ls\t-l\n日本語 \u{1f600}')).toBe('ls\t-l\n日本語 \u{1f600}');
  expect(showHidden('rm a\u202e\u200bb\r')).toBe('rm a⟨U+202E⟩⟨U+200B⟩b⟨U+000D⟩');
});
