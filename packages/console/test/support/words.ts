import type { Page } from 'playwright-core';
import { en } from '../../src/i18n/en/index.ts';
import { ja } from '../../src/i18n/ja/index.ts';

type Texts = { readonly [key: string]: string | Texts };

/** What is written as it is everywhere: names of things, and what the demo model calls its subagents. */
const NAMES =
  /Claude (Opus|Sonnet|Haiku|Fable)|API Error|JSON Schema|Model Context Protocol|Background work( has ended: .*)?|English|\bRead\b/g;

/** Two words of English after each other. */
const ENGLISH = /[A-Za-z’']{2,} [A-Za-z’']{2,}/;

/** The English words on a Japanese page, each once. What is there of people and agents has to be Japanese, or code. */
export async function findEnglish(page: Page): Promise<string[]> {
  const found = (await readWords(page)).map(({ text, isCode }) => ({
    text: text.replaceAll(NAMES, '·'),
    isCode,
  }));
  const english = found.filter(
    ({ text, isCode }) => ENGLISH_TEXTS.some((known) => known.test(text)) || (!isCode && ENGLISH.test(text)),
  );
  return [...new Set(english.map(({ text }) => text))];
}

/** Every text of the page, and every name and hint of its controls. */
async function readWords(page: Page): Promise<{ text: string; isCode: boolean }[]> {
  return page.evaluate(() => {
    const words = [{ text: document.title, isCode: false }];
    const add = (element: Element, text: string | null): void => {
      const isCode = element.closest('code, pre, kbd, textarea, .font-mono') !== null;
      if (text !== null && text.trim() !== '') words.push({ text: text.trim(), isCode });
    };
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility()) continue;
      for (const name of [
        'aria-label',
        'title',
        'placeholder',
        'alt',
        'aria-description',
        'aria-valuetext',
      ]) {
        add(element, element.getAttribute(name));
      }
      for (const node of element.childNodes) if (node instanceof Text) add(element, node.data);
    }
    return words;
  });
}

/** The texts of the console that have other words in Japanese, with anything in the place of their values. */
const ENGLISH_TEXTS = toPatterns(en, ja);

function toPatterns(english: Texts, japanese: Texts): RegExp[] {
  return Object.entries(english).flatMap(([key, text]) => {
    const other = japanese[key];
    if (typeof text !== 'string') return typeof other === 'object' ? toPatterns(text, other) : [];
    const words = text.split(/\{\{.*?\}\}/);
    if (text === other || !/[A-Za-z]{2}/.test(words.join(''))) return [];
    return [
      new RegExp(`^${words.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('.+')}$`, 's'),
    ];
  });
}
