import { useEffect, useState } from 'react';
import type { Tree } from './lowlight.ts';

type Highlight = (code: string, language: string) => Tree | undefined;

/** Longer code stays plain: colours are not worth the wait. */
const MOST = 60_000;
let ready: Highlight | undefined;
let loading: Promise<Highlight> | undefined;

/** The code with its colours, as a tree; undefined: none (yet). The grammars are fetched when the first code is shown. */
export function useHighlight(code: string, language: string | undefined): Tree | undefined {
  const [highlight, setHighlight] = useState(() => ready);
  const isWanted = language !== undefined && code.length <= MOST;
  useEffect(() => {
    if (highlight || !isWanted) return undefined;
    let isCurrent = true;
    void load().then((loaded) => isCurrent && setHighlight(() => loaded));
    return () => void (isCurrent = false);
  }, [highlight, isWanted]);
  return isWanted && highlight ? cached(highlight, code, language) : undefined;
}

function load(): Promise<Highlight> {
  loading ??= import('./lowlight.ts').then((module) => (ready = module.highlight));
  return loading;
}

/** Rows come and go while one scrolls. */
const cache = new Map<string, Tree | undefined>();
const CACHED = 200;

function cached(highlight: Highlight, code: string, language: string): Tree | undefined {
  const key = `${language}\n${code}`;
  if (cache.has(key)) return cache.get(key);
  const tree = highlight(code, language);
  const [oldest] = cache.keys();
  if (cache.size >= CACHED && oldest !== undefined) cache.delete(oldest);
  cache.set(key, tree);
  return tree;
}
