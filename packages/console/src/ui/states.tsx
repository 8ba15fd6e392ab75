import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../lib/problem.ts';
import { classNames } from '../lib/class-names.ts';
import { Button } from './button.tsx';

/** Where there is nothing yet: what this place is for and what to do first. */
export function EmptyState({
  icon,
  title,
  text,
  children,
}: {
  icon?: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-2 px-4 py-16 text-center">
      {icon !== undefined && <div className="text-faint [&_svg]:size-8">{icon}</div>}
      <h2 className="text-lg font-semibold">{title}</h2>
      {text !== undefined && <p className="text-sm text-muted">{text}</p>}
      {children !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** What went wrong, in the server's words, and a way to try again. */
export function ErrorState({
  error,
  onRetry,
  isPage = false,
}: {
  error: unknown;
  onRetry?: () => void;
  /** In the place of a whole page: its heading is the page's. */
  isPage?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const problem = toProblem(error);
  // That it is asked for again does not make it.
  const isMissing = problem.status === 404;
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div role="alert" className="mx-auto flex max-w-xl flex-col items-center gap-2 px-4 py-12 text-center">
      <CircleAlert className="size-8 text-bad" aria-hidden />
      <Heading className="text-lg font-semibold">
        {t(isMissing ? 'common.notFound' : problem.status === 0 ? 'common.unreachable' : 'common.failed')}
      </Heading>
      <p className="text-sm break-words text-muted">
        {isMissing ? t('common.notFoundHint') : problem.message || t('common.unreachableHint')}
      </p>
      {problem.requestId !== undefined && !isMissing && (
        <p className="font-mono text-2xs text-faint">{t('common.requestId', { id: problem.requestId })}</p>
      )}
      {onRetry && !isMissing && (
        <Button className="mt-2" onClick={onRetry}>
          {t('common.retry')}
        </Button>
      )}
    </div>
  );
}

/** Grey bars where text will be. */
export function Skeleton({ rows = 3, className }: { rows?: number; className?: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('common.loading')}
      className={classNames('flex flex-col gap-2', className)}
    >
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-8 animate-pulse rounded-md bg-sunken" />
      ))}
    </div>
  );
}
