import { Globe } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isRecord, toText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { isSafeUrl } from '../../../../lib/safe-url.ts';
import { Markdown } from '../../../../text/markdown.tsx';
import type { Describe } from './face.ts';
import { ResultContent } from './result-content.tsx';
import { parseJson, resultText } from './result-text.ts';
import { Section } from './section.tsx';

export const describeWebSearch: Describe = (call, t) => ({
  icon: Globe,
  title: t('conversation.tool.webSearch'),
  summary: toText(call.input['query']),
  Body: WebBody,
});

export const describeWebFetch: Describe = (call, t) => ({
  icon: Globe,
  title: t('conversation.tool.webFetch'),
  summary: toText(call.input['url']),
  isCode: true,
  Body: WebBody,
});

function WebBody({ call }: { call: CallItem }): ReactNode {
  const { t } = useTranslation();
  const url = toText(call.input['url']);
  const question = toText(call.input['prompt']);
  const text = resultText(call);
  const { links, rest } = splitLinks(text);
  return (
    <>
      {(url !== '' || question !== '') && (
        <div className="px-3 py-2 text-xs break-words">
          {url !== '' && <OutsideLink url={url} title={url} />}
          {question !== '' && <p className="text-muted">{question}</p>}
        </div>
      )}
      {links.length > 0 && (
        <ul className="border-t px-3 py-2 text-xs first:border-t-0" aria-label={t('conversation.links')}>
          {links.map(({ url: target, title }) => (
            <li key={target} className="truncate py-0.5">
              <OutsideLink url={target} title={title} />
            </li>
          ))}
        </ul>
      )}
      {call.result?.isError === true || text === '' ? (
        <ResultContent call={call} />
      ) : (
        <Section copy={text}>
          <div
            className="max-h-96 overflow-y-auto px-3 py-2 text-sm"
            role="region"
            aria-label={t('conversation.answer')}
          >
            <Markdown text={rest} />
          </div>
        </Section>
      )}
    </>
  );
}

function OutsideLink({ url, title }: { url: string; title: string }): ReactNode {
  if (!isSafeUrl(url)) return <span>{title}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="text-accent hover:underline">
      {title}
    </a>
  );
}

/** A search begins its answer with `Links: [{title, url}, …]`. */
function splitLinks(text: string): { links: { url: string; title: string }[]; rest: string } {
  const match = /^Links: (\[.*\])$/m.exec(text);
  const value = match?.[1] === undefined ? undefined : parseJson(match[1]);
  if (!match || !Array.isArray(value)) return { links: [], rest: text };
  const links = value.filter(isRecord).map(({ url, title }) => ({ url: toText(url), title: toText(title) }));
  return { links, rest: text.replace(match[0], '').trim() };
}
