import { Archive, Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnvironmentActions, type Environment } from '../../api/environments.ts';
import { copyText } from '../../lib/copy-text.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { toast, toastError } from '../../ui/toast.tsx';

export function EnvironmentMenu({
  environment,
  onEdit,
}: {
  environment: Environment;
  onEdit: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { archive, remove } = useEnvironmentActions();
  const [asked, setAsked] = useState<'archive' | 'delete'>();
  const { id, name } = environment;
  const isArchived = environment.archived_at !== null;
  const confirm = async (): Promise<void> => {
    try {
      if (asked === 'archive') await archive.mutateAsync(id);
      else await remove.mutateAsync(id);
      toast(t(asked === 'archive' ? 'environments.archived' : 'environments.deleted', { name }));
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
    setAsked(undefined);
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('environments.menu', { name })}>
            <Ellipsis />
          </IconButton>
        }
        items={[
          { label: t('environments.change'), icon: <Pencil />, disabled: isArchived, onSelect: onEdit },
          { label: t('environments.copyId'), icon: <Copy />, onSelect: () => void copyText(id) },
          null,
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
        title={
          asked === 'delete' ? t('environments.askDelete', { name }) : t('environments.askArchive', { name })
        }
        description={asked === 'delete' ? t('environments.askDeleteText') : t('environments.askArchiveText')}
        action={asked === 'delete' ? t('common.delete') : t('common.archive')}
        danger={asked === 'delete'}
        busy={archive.isPending || remove.isPending}
      />
    </>
  );
}
