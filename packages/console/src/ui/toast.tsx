import { X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../lib/problem.ts';
import { classNames } from '../lib/class-names.ts';

interface Shown {
  id: number;
  text: string;
  tone: 'ok' | 'bad';
}

let shown: readonly Shown[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** Says at the edge of the page what has happened. */
export function toast(text: string, tone: Shown['tone'] = 'ok'): void {
  change([...shown.slice(-3), { id: ++last, text, tone }]);
}

/** The same for what failed. */
export function toastError(error: unknown, whenUnreachable: string): void {
  toast(toProblem(error).message || whenUnreachable, 'bad');
}

export function Toasts(): ReactNode {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <Radix.Provider label={t('common.status.completed')} swipeDirection="right">
      {toasts.map(({ id, text, tone }) => (
        <Radix.Root
          key={id}
          duration={tone === 'bad' ? 10_000 : 4000}
          onOpenChange={(isOpen) => !isOpen && change(shown.filter((one) => one.id !== id))}
          className={classNames(
            'flex items-start gap-2 rounded-lg border bg-surface px-3 py-2 text-sm shadow-lg',
            tone === 'bad' && 'border-bad text-bad',
          )}
        >
          <Radix.Description className="min-w-0 flex-1 break-words">{text}</Radix.Description>
          <Radix.Close aria-label={t('common.close')} className="text-muted">
            <X className="size-4" />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className="fixed right-4 bottom-16 z-50 flex w-80 max-w-[calc(100vw-32px)] flex-col gap-2 sm:bottom-4" />
    </Radix.Provider>
  );
}

function change(next: readonly Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}
