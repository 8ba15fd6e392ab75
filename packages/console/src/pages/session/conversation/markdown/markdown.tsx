import { lazy, memo, Suspense, type ReactNode } from 'react';

// The parser is a chunk of its own: a session opens while it comes.
const Rendered = lazy(async () => ({ default: (await import('./rendered.tsx')).Rendered }));

/** What an agent wrote. Until the parser is there, the text as it is, in the same place. */
export const Markdown = memo(function Markdown({
  text,
  isGrowing = false,
}: {
  text: string;
  isGrowing?: boolean;
}): ReactNode {
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} isGrowing={isGrowing} />
    </Suspense>
  );
});
