import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Span } from '../../../live/session-items.ts';
import { Count, Elapsed, Usd } from '../../../ui/values.tsx';
import { useWindow } from './use-window.ts';

const ROW_HEIGHT = 24;
/** As high as the box is at most. */
const ROWS_SEEN = 12;

/** The same as the picture, in numbers. Only the rows around those that are seen are in the page. */
export function TimelineTable({ spans }: { spans: readonly Span[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' });
  const { first, end, onScroll } = useWindow(spans.length, ROW_HEIGHT, ROWS_SEEN);
  return (
    <div
      onScroll={onScroll}
      className="max-h-72 overflow-auto [overflow-anchor:none]"
      role="region"
      // It scrolls, also for those without a mouse.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={t('session.panel.timeline.title')}
    >
      <table aria-rowcount={spans.length + 1} className="w-full text-2xs whitespace-nowrap tabular-nums">
        <thead className="sticky top-0 bg-canvas text-left text-muted">
          <tr aria-rowindex={1}>
            <Head>{t('session.panel.timeline.start')}</Head>
            <Head isNumber>{t('session.panel.timeline.duration')}</Head>
            <Head isNumber>{t('session.panel.timeline.tokens')}</Head>
            <Head isNumber>{t('session.panel.timeline.cost')}</Head>
            <Head>{t('session.panel.timeline.model')}</Head>
          </tr>
        </thead>
        <tbody>
          <Space rows={first} />
          {spans.slice(first, end).map((span, index) => (
            <tr
              key={span.id}
              aria-rowindex={first + index + 2}
              style={{ height: ROW_HEIGHT }}
              className={span.isError === true ? 'border-t text-bad' : 'border-t'}
            >
              <td className="pr-2">{time.format(span.startedAt)}</td>
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
          <Space rows={spans.length - end} />
        </tbody>
      </table>
    </div>
  );
}

/** In the place of rows that are not drawn. */
function Space({ rows }: { rows: number }): ReactNode {
  if (rows <= 0) return null;
  return <tr aria-hidden style={{ height: rows * ROW_HEIGHT }} />;
}

function Head({ isNumber = false, children }: { isNumber?: boolean; children: ReactNode }): ReactNode {
  return (
    <th scope="col" className={`py-1 pr-2 font-medium ${isNumber ? 'text-right' : ''}`}>
      {children}
    </th>
  );
}
