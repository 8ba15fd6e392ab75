import { describe, expect, it } from 'vitest';
import { FAILURES } from '../../../server/dist/domain/failure.js';
import { WARNING_CODES } from '../../../server/dist/domain/warning.js';
import { en } from '../../src/i18n/en/index.ts';
import { ja } from '../../src/i18n/ja/index.ts';

type Texts = { readonly [key: string]: string | Texts };

const english = flatten(en);
const japanese = flatten(ja);

describe('the texts of the console', () => {
  it('say the same values in both languages', () => {
    // Japanese does not tell one from many; and the server has the English words of its warnings.
    const told = (texts: ReadonlyMap<string, string>): [string, string[]][] =>
      [...texts]
        .filter(([key]) => !key.endsWith('_one') && english.get(key) !== '')
        .map(([key, text]) => [key, valuesOf(text)]);
    expect(told(japanese)).toEqual(told(english));
  });

  it('are Japanese in Japanese, but for names that are the same everywhere', () => {
    const same = [...japanese]
      .filter(
        ([key, text]) => english.get(key) === text && /[a-z]{3}/i.test(text.replaceAll(/\{\{.*?\}\}/g, '')),
      )
      .map(([, text]) => text);
    expect([...new Set(same)].toSorted()).toEqual([
      'Bullpen',
      'HTTP',
      'JSON',
      'Node.js',
      'PostgreSQL',
      'SQLite',
      'SSE',
      'URL',
      'bubblewrap',
      'default',
    ]);
  });

  it('are written as Japanese is: in full-width kana and marks', () => {
    const odd = [...japanese].filter(([, text]) =>
      /[\uFF61-\uFF9F]|[\u3040-\u30FF\u4E00-\u9FFF][?!(,]/.test(text),
    );
    expect(odd).toEqual([]);
  });
});

it('every failure and warning of the server has its words', () => {
  expect(Object.keys(ja.failures.what)).toEqual(Object.keys(FAILURES));
  expect(Object.keys(ja.server.warnings).toSorted()).toEqual(['title', ...WARNING_CODES].toSorted());
});

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value] as const]
        : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

function valuesOf(text: string): string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, name = '']) => name).toSorted();
}
