import { CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerState } from '../../api/server.ts';
import { server as en } from '../../i18n/en/server.ts';
import { formatBytes } from '../../lib/format.ts';
import { Card } from '../../ui/page.tsx';

type Warning = ServerState['warnings'][number];
type Known = Exclude<keyof typeof en.warnings, 'title'>;

/** Said for information: nothing has to be done about it. */
const MILD = new Set(['demo_mode']);

/** What is misconfigured, in words; or that all is well. */
export function Warnings({ warnings }: { warnings: readonly Warning[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const isWell = warnings.every(({ code }) => MILD.has(code));
  return (
    <Card title={isWell ? undefined : t('server.warnings.title')}>
      <ul aria-live="polite">
        {isWell && (
          <li className="flex gap-3 border-b px-4 py-3 last:border-b-0">
            <CircleCheck className="mt-0.5 size-5 shrink-0 text-ok" aria-hidden />
            <div>
              <p className="font-medium">{t('server.ok.title')}</p>
              <p className="text-sm text-muted">{t('server.ok.text')}</p>
            </div>
          </li>
        )}
        {warnings.map((warning) => (
          <li
            key={warning.code + String(warning.values['path'] ?? '')}
            className="flex gap-3 border-b px-4 py-3 last:border-b-0"
          >
            {MILD.has(warning.code) ? (
              <Info className="mt-0.5 size-5 shrink-0 text-busy" aria-hidden />
            ) : (
              <TriangleAlert className="mt-0.5 size-5 shrink-0 text-wait" aria-hidden />
            )}
            <p className="min-w-0 text-sm break-words">{textOf(warning, i18n.language, t)}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** In the language of the page; what it does not know, in the server's words. */
function textOf({ code, text, values }: Warning, locale: string, t: TFunction): string {
  if (!isKnown(code)) return text;
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name.endsWith('_bytes') && typeof value === 'number' ? formatBytes(value, locale) : value,
    ]),
  );
  return t(`server.warnings.${code}`, shown) || text;
}

function isKnown(code: string): code is Known {
  return code !== 'title' && code in en.warnings;
}
