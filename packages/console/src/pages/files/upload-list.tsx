import { Check, RotateCcw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import { Bytes } from '../../ui/values.tsx';
import { isUnderWay, type Upload } from './uploads.ts';

/** What is on its way, with how far it is. */
export function UploadList({
  uploads,
  onRemove,
  onRetry,
}: {
  uploads: readonly Upload[];
  onRemove: (id: number) => void;
  onRetry: (id: number) => void;
}): ReactNode {
  const { t } = useTranslation();
  if (uploads.length === 0) return null;
  const left = uploads.filter(isUnderWay).length;
  return (
    <section aria-label={t('files.uploads')} className="mb-4 rounded-lg border bg-surface">
      <p className="sr-only" role="status">
        {left > 0 ? t('files.uploading', { count: left }) : t('files.uploaded')}
      </p>
      <ul>
        {uploads.map((upload) => {
          const { id, name, size, state, progress, fault } = upload;
          return (
            <li key={id} className="flex items-center gap-3 border-b px-3 py-1.5 text-sm last:border-b-0">
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <span className="shrink-0 text-xs text-muted">
                <Bytes value={size} />
              </span>
              {state === 'failed' ? (
                <span role="alert" className="max-w-[45%] text-xs break-words text-bad">
                  {fault || t('common.unreachable')}
                </span>
              ) : (
                <span
                  role="progressbar"
                  aria-label={t('files.progress', { name })}
                  aria-valuenow={Math.round(progress * 100)}
                  aria-valuemin={0}
                  aria-valuemax={100}
                  className="block h-1.5 w-24 overflow-hidden rounded-full bg-line sm:w-40"
                >
                  <span
                    className="block h-full rounded-full bg-accent"
                    style={{ width: `${progress * 100}%` }}
                  />
                </span>
              )}
              {state === 'done' && <Check className="size-4 text-ok" aria-label={t('files.done')} />}
              {state === 'failed' && (
                <IconButton label={t('files.retry', { name })} onClick={() => onRetry(id)}>
                  <RotateCcw />
                </IconButton>
              )}
              <IconButton
                label={isUnderWay(upload) ? t('files.stop', { name }) : t('files.hide', { name })}
                onClick={() => onRemove(id)}
              >
                <X />
              </IconButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
