import { memo, type ReactNode } from 'react';
import { Clip } from './clip.tsx';
import { Coloured } from '../../../../text/coloured.tsx';

/** A part of a file, with the numbers of its lines. */
export const CodeView = memo(function CodeView({
  id,
  code,
  language,
  firstLine = 1,
  head = 16,
}: {
  id: string;
  code: string;
  language: string | undefined;
  firstLine?: number;
  head?: number;
}): ReactNode {
  const lines = code.split('\n');
  return (
    <Clip id={id} count={lines.length} head={head} tail={0}>
      {(from, to) => (
        <div className="flex font-mono text-xs leading-[1.55]">
          <pre
            aria-hidden
            className="shrink-0 border-r bg-sunken px-2 py-2 text-right text-faint tabular-nums select-none"
          >
            {lines
              .slice(from, to)
              .map((_, index) => firstLine + from + index)
              .join('\n')}
          </pre>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
          <pre className="min-w-0 flex-1 overflow-x-auto px-3 py-2" tabIndex={0}>
            <Coloured code={lines.slice(from, to).join('\n')} language={language} />
          </pre>
        </div>
      )}
    </Clip>
  );
});
