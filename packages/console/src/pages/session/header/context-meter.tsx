import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useContextWindow } from '../../../api/models.ts';
import { formatCount } from '../../../lib/format.ts';

/** How full the model's context is, as a bar and in numbers. */
export function ContextMeter({ used, model }: { used: number; model: string | undefined }): ReactNode {
  const { t, i18n } = useTranslation();
  const window = useContextWindow(model);
  const share = Math.min(1, used / window);
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(share);
  const text = t('session.facts.contextOf', {
    used: formatCount(used, i18n.language),
    window: formatCount(window, i18n.language),
  });
  return (
    <span className="inline-flex items-center gap-1.5" title={text}>
      <span
        role="meter"
        aria-label={t('session.facts.context')}
        aria-valuemin={0}
        aria-valuemax={window}
        aria-valuenow={Math.min(used, window)}
        aria-valuetext={text}
        className="h-1.5 w-12 overflow-hidden rounded-full bg-line"
      >
        <span
          className={`block h-full ${share > 0.9 ? 'bg-bad' : share > 0.7 ? 'bg-wait' : 'bg-busy'}`}
          style={{ width: `${Math.max(2, share * 100)}%` }}
        />
      </span>
      <span className="tabular-nums" aria-hidden>
        {percent}
      </span>
    </span>
  );
}
