import { SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';
import { toOptionalText, toText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { Coloured } from '../../../../text/coloured.tsx';
import type { Describe } from './face.ts';
import { ResultContent, TextLines } from './result-content.tsx';
import { resultText, splitExitCode } from './result-text.ts';
import { Section } from './section.tsx';

export const describeBash: Describe = (call, t) => {
  const command = toText(call.input['command']);
  const description = call.description ?? toOptionalText(call.input['description']);
  const { exitCode } = splitExitCode(resultText(call));
  const isBackground = call.background !== undefined;
  return {
    icon: SquareTerminal,
    title: 'Bash',
    summary: description ?? command.split('\n', 1)[0],
    isCode: description === undefined,
    meta:
      exitCode !== undefined ? (
        <span className="text-bad">{t('conversation.exit', { code: exitCode })}</span>
      ) : isBackground ? (
        t('conversation.background')
      ) : undefined,
    isOpen: true,
    Body: BashBody,
  };
};

function BashBody({ call }: { call: CallItem }): ReactNode {
  const command = toText(call.approval?.input?.['command'] ?? call.input['command']);
  const text = resultText(call);
  const { exitCode, output } = splitExitCode(text);
  const isPlain = call.result?.content.every(({ type }) => type === 'text') === true;
  return (
    <>
      <Section copy={command}>
        <pre className="max-h-60 overflow-y-auto px-3 py-2 font-mono text-xs leading-[1.55] break-words whitespace-pre-wrap">
          <span aria-hidden className="text-faint select-none">
            ${' '}
          </span>
          <Coloured code={command} language="bash" />
        </pre>
      </Section>
      {exitCode !== undefined && isPlain ? (
        output !== '' && (
          <Section copy={output} tone="bad">
            <TextLines id={`${call.id}.out`} text={output} head={6} tail={12} />
          </Section>
        )
      ) : (
        <ResultContent call={call} head={8} tail={4} />
      )}
    </>
  );
}
