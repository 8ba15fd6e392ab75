import { Archive, Ellipsis, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import { ConfirmDialog } from './dialog.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { toast, toastError } from './toast.tsx';

interface Removal {
  run: () => Promise<unknown>;
  title: string;
  text: string;
  /** Said when it is done. */
  done: string;
}

/** A menu that ends with what cannot be taken back, which it asks for once more. */
export function RemovalMenu({
  label,
  items,
  isArchived,
  archive,
  remove,
}: {
  label: string;
  /** What else can be done. */
  items?: readonly MenuItem[];
  isArchived: boolean;
  archive: Removal;
  remove: Removal;
}): ReactNode {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<'archive' | 'delete'>();
  const [isBusy, setBusy] = useState(false);
  const { run, title, text, done } = asked === 'delete' ? remove : archive;
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await run();
      toast(done);
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
    setBusy(false);
    setAsked(undefined);
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={label}>
            <Ellipsis />
          </IconButton>
        }
        items={[
          ...(items ? [...items, null] : []),
          {
            label: t('common.archive'),
            icon: <Archive />,
            disabled: isArchived,
            onSelect: () => setAsked('archive'),
          },
          { label: t('common.delete'), icon: <Trash2 />, danger: true, onSelect: () => setAsked('delete') },
        ]}
      />
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        onConfirm={() => void confirm()}
        title={title}
        description={text}
        action={asked === 'delete' ? t('common.delete') : t('common.archive')}
        danger={asked === 'delete'}
        busy={isBusy}
      />
    </>
  );
}
