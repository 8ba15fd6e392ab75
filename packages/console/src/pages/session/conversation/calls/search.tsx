import { FolderSearch, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { toOptionalText, toText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import type { CallFace, Describe } from './face.ts';
import { Path } from './path.tsx';
import { ResultContent } from './result-content.tsx';
import { countLines } from '../../../../lib/count-lines.ts';
import { resultText } from './result-text.ts';

export const describeGrep: Describe = (call, t) => ({
  icon: Search,
  title: t('conversation.tool.grep'),
  ...faceOf(call),
  meta: metaOf(call, t('conversation.matches', { count: countOf(call) })),
});

export const describeGlob: Describe = (call, t) => ({
  icon: FolderSearch,
  title: t('conversation.tool.glob'),
  ...faceOf(call),
  meta: metaOf(call, t('conversation.files', { count: countOf(call) })),
});

function faceOf({ input }: CallItem): Pick<CallFace, 'summary' | 'isCode' | 'Body'> {
  const where = toOptionalText(input['path']) ?? toOptionalText(input['glob']);
  return {
    summary: (
      <>
        <span className="text-ink">{toText(input['pattern'])}</span>
        {where !== undefined && (
          <>
            {' · '}
            <Path path={where} />
          </>
        )}
      </>
    ),
    isCode: true,
    Body: SearchBody,
  };
}

function metaOf({ result }: CallItem, words: string): string | undefined {
  return result && !result.isError ? words : undefined;
}

/** The lines of the answer, without the one that counts them. */
function countOf(call: CallItem): number {
  const text = resultText(call);
  const told = /^Found (\d+) /.exec(text)?.[1];
  if (told !== undefined) return Number(told);
  return /^No (?:files|matches) found/.test(text) ? 0 : countLines(text);
}

function SearchBody({ call }: { call: CallItem }): ReactNode {
  return <ResultContent call={call} head={20} tail={0} />;
}
