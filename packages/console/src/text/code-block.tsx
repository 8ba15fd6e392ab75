import { createContext, use, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Coloured } from './coloured.tsx';

/** More of it is being written. */
export const GrowingContext = createContext(false);

export function CodeBlock({ code, language }: { code: string; language: string | undefined }): ReactNode {
  // To find the colours anew with every word is too much work: they come with the last line.
  const isGrowing = use(GrowingContext);
  return (
    <div className="group/code relative my-3 overflow-clip rounded-lg border bg-code">
      {language !== undefined && (
        <div className="border-b px-3 py-1 font-mono text-2xs text-muted">{language}</div>
      )}
      <pre
        className={classNames(
          'overflow-x-auto px-3 py-2 font-mono text-xs leading-[1.6]',
          language === undefined && 'mr-7',
        )}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
        tabIndex={0}
      >
        <code>
          <Coloured code={code} language={isGrowing ? undefined : language} />
        </code>
      </pre>
      <CopyButton text={code} className="absolute top-0.5 right-0.5 !h-6 !w-6" />
    </div>
  );
}
