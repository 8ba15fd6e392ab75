import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { ContentBlocks } from '../content-blocks.tsx';
import { AnsiLines } from '../text/ansi.tsx';
import { coloursAfter } from '../text/terminal.ts';
import { Clip } from '../text/clip.tsx';
import { JsonTree } from '../text/json-tree.tsx';
import { parseJson, resultText } from './result-text.ts';
import { Section } from './section.tsx';

/** What a call came to: text, a structure, pictures. */
export function ResultContent({
  call,
  head = 10,
  tail = 6,
}: {
  call: CallItem;
  head?: number;
  tail?: number;
}): ReactNode {
  const { t } = useTranslation();
  const { result } = call;
  if (!result) return null;
  const text = resultText(call);
  // Below it stands who denied it, with these words.
  if (call.state === 'denied' && text === call.approval?.denyMessage) return null;
  const others = result.content.filter(({ type }) => type !== 'text');
  const value = result.isError ? undefined : parseJson(text);
  if (text === '' && others.length === 0) {
    return <p className="px-3 py-2 text-xs text-faint">{t('conversation.noOutput')}</p>;
  }
  return (
    <>
      {text !== '' && (
        <Section copy={() => textOf(result.content)} tone={result.isError ? 'bad' : undefined}>
          {value === undefined ? (
            <TextLines id={`${call.id}.out`} text={text} head={head} tail={tail} />
          ) : (
            <JsonTree value={value} id={`${call.id}.tree`} />
          )}
        </Section>
      )}
      {others.length > 0 && (
        <div className="border-t px-3 py-2 first:border-t-0">
          <ContentBlocks content={others} id={call.id} />
        </div>
      )}
    </>
  );
}

/** Lines as they are, long ones folded. */
export function TextLines({
  id,
  text,
  head,
  tail,
}: {
  id: string;
  text: string;
  head: number;
  tail: number;
}): ReactNode {
  const lines = text.split('\n');
  return (
    <Clip id={id} count={lines.length} head={head} tail={tail}>
      {(from, to) => (
        // Colours go on over what is folded.
        <AnsiLines text={coloursAfter(lines.slice(0, from).join('\n')) + lines.slice(from, to).join('\n')} />
      )}
    </Clip>
  );
}
