import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const WIDTHS = ['w-11/12', 'w-4/5', 'w-2/3'];

/** Where the conversation will be. */
export function ConversationSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('common.loading')}
      className="mx-auto flex min-h-0 w-full max-w-[56rem] flex-1 flex-col gap-4 px-4 py-6 sm:px-6"
    >
      <div className="h-10 w-1/2 animate-pulse self-end rounded-2xl bg-sunken" />
      {WIDTHS.map((width) => (
        <div key={width} className={`h-4 animate-pulse rounded bg-sunken ${width}`} />
      ))}
      <div className="h-24 animate-pulse rounded-lg bg-sunken" />
      <div className="h-8 animate-pulse rounded-lg bg-sunken" />
    </div>
  );
}
