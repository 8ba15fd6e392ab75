import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { Button, IconButton } from './button.tsx';

export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  wide = false,
  atSide = false,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** At the right edge, as high as the window: what stands beside the page where there is room. */
  atSide?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={classNames(
            'fixed z-50 flex flex-col shadow-xl focus:outline-none',
            atSide
              ? 'inset-y-0 right-0 w-[calc(100vw-40px)] max-w-sm border-l bg-canvas'
              : 'top-1/2 left-1/2 max-h-[90dvh] w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 rounded-xl border bg-surface',
            !atSide && (wide ? 'max-w-3xl' : 'max-w-md'),
          )}
        >
          <header
            className={classNames(
              'flex gap-2 px-4',
              atSide ? 'items-center border-b py-2' : 'items-start pt-4 pb-2',
            )}
          >
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-1 text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('common.close')}>
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <div className={classNames('min-h-0 flex-1 overflow-y-auto', !atSide && 'px-4 pb-4')}>
            {children}
          </div>
          {footer !== undefined && (
            <footer className="flex justify-end gap-2 border-t px-4 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({
  open,
  onClose,
  onConfirm,
  title,
  description,
  action,
  danger = false,
  busy = false,
}: {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** What happens, as a verb: the name of the button. */
  action: string;
  danger?: boolean;
  busy?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    />
  );
}
