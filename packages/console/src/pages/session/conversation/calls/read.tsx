import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { toNumber } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { CodeView } from '../text/code-view.tsx';
import { languageOf } from '../text/languages.ts';
import type { Describe } from './face.ts';
import { Path } from './path.tsx';
import { pathOf } from './edit.tsx';
import { ResultContent } from './result-content.tsx';
import { countLines } from '../../../../lib/count-lines.ts';
import { resultText, splitNumbers } from './result-text.ts';
import { Section } from './section.tsx';

export const describeRead: Describe = (call, t) => {
  const text = call.result?.isError ? '' : resultText(call);
  return {
    icon: FileText,
    title: t('conversation.tool.read'),
    summary: (
      <>
        <Path path={pathOf(call)} />
        {rangeOf(call)}
      </>
    ),
    path: pathOf(call),
    isCode: true,
    meta: text === '' ? undefined : t('conversation.lines', { count: countLines(text) }),
    Body: ReadBody,
  };
};

function rangeOf({ input }: CallItem): string {
  const range = input['view_range'];
  if (Array.isArray(range)) {
    const [from, to] = range.map(toNumber);
    if (from !== undefined) return to === undefined || to < 0 ? `:${from}–` : `:${from}–${to}`;
  }
  const offset = toNumber(input['offset']);
  return offset === undefined ? '' : `:${offset}–`;
}

function ReadBody({ call }: { call: CallItem }): ReactNode {
  const numbered = call.result?.isError ? undefined : splitNumbers(resultText(call));
  if (!numbered) return <ResultContent call={call} />;
  return (
    <Section copy={numbered.code}>
      <CodeView
        id={call.id}
        code={numbered.code}
        firstLine={numbered.firstLine}
        language={languageOf(pathOf(call))}
        head={24}
      />
    </Section>
  );
}
