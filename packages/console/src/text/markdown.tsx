import { lazy, memo, Suspense, useState, type ReactNode } from 'react';
import type { Rendered as RenderedType } from './rendered.tsx';

let loaded: typeof RenderedType | undefined;

/** Fetches the parser, which is a chunk of its own. */
export async function loadMarkdown(): Promise<void> {
  loaded = (await import('./rendered.tsx')).Rendered;
}

const Late = lazy(async () => ({ default: (await import('./rendered.tsx')).Rendered }));

/** What an agent wrote. Where nobody has fetched the parser before, the text as it is until it is there. */
export const Markdown = memo(function Markdown({
  text,
  isGrowing = false,
}: {
  text: string;
  isGrowing?: boolean;
}): ReactNode {
  const [Rendered] = useState(() => loaded ?? Late);
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} isGrowing={isGrowing} />
    </Suspense>
  );
});
