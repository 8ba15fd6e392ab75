import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Span } from '../../../live/session-items.ts';
import { Count, Elapsed, Usd } from '../../../ui/values.tsx';

/** The same as the picture, in numbers. */
export function TimelineTable({ spans }: { spans: readonly Span[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' });
  return (
    <div
      className="max-h-72 overflow-auto"
      role="region"
      // It scrolls, also for those without a mouse.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t('session.panel.timeline.title')}
    >
      <table className="w-full text-2xs whitespace-nowrap tabular-nums">
        <thead className="sticky top-0 bg-canvas text-left text-muted">
          <tr>
            <Head>{t('session.panel.timeline.start')}</Head>
            <Head isNumber>{t('session.panel.timeline.duration')}</Head>
            <Head isNumber>{t('session.panel.timeline.tokens')}</Head>
            <Head isNumber>{t('session.panel.timeline.cost')}</Head>
            <Head>{t('session.panel.timeline.model')}</Head>
          </tr>
        </thead>
        <tbody>
          {spans.map((span) => (
            <tr key={span.id} className={span.isError === true ? 'border-t text-bad' : 'border-t'}>
              <td className="py-1 pr-2">{time.format(span.startedAt)}</td>
              <td className="pr-2 text-right">
                <Elapsed since={span.startedAt} until={span.endedAt} />
              </td>
              <td className="pr-2 text-right">
                {span.tokens && (
                  <>
                    <Count value={span.tokens.input + span.tokens.cacheRead + span.tokens.cacheWrite} /> →{' '}
                    <Count value={span.tokens.output} />
                  </>
                )}
              </td>
              <td className="pr-2 text-right">
                <Usd value={span.costUsd} />
              </td>
              <td>{span.model ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ isNumber = false, children }: { isNumber?: boolean; children: ReactNode }): ReactNode {
  return (
    <th scope="col" className={`py-1 pr-2 font-medium ${isNumber ? 'text-right' : ''}`}>
      {children}
    </th>
  );
}
