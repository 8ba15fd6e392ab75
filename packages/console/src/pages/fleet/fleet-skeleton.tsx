import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const ROWS = 12;

/** The list before the first session has come. */
export function FleetSkeleton({ isNarrow }: { isNarrow: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className="min-h-0 flex-1 overflow-hidden">
      {Array.from({ length: ROWS }, (_, row) => (
        <div
          key={row}
          className={`flex items-center gap-4 border-b px-4 sm:px-6 ${isNarrow ? 'h-[100px]' : 'h-[48px]'}`}
        >
          <div className="h-5 w-20 animate-pulse rounded-full bg-sunken" />
          <div className="h-4 flex-1 animate-pulse rounded bg-sunken" />
          <div className="h-4 w-16 animate-pulse rounded bg-sunken" />
        </div>
      ))}
    </div>
  );
}
