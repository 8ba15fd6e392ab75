import { Copy, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useEnvironmentActions, type Environment } from '../../api/environments.ts';
import { copyText } from '../../lib/copy-text.ts';
import { RemovalMenu } from '../../ui/removal-menu.tsx';

export function EnvironmentMenu({
  environment,
  onEdit,
}: {
  environment: Environment;
  onEdit: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { archive, remove } = useEnvironmentActions();
  const { id, name } = environment;
  const isArchived = environment.archived_at !== null;
  return (
    <RemovalMenu
      label={t('environments.menu', { name })}
      items={[
        { label: t('environments.change'), icon: <Pencil />, disabled: isArchived, onSelect: onEdit },
        { label: t('environments.copyId'), icon: <Copy />, onSelect: () => void copyText(id) },
      ]}
      isArchived={isArchived}
      archive={{
        run: () => archive.mutateAsync(id),
        title: t('environments.askArchive', { name }),
        text: t('environments.askArchiveText'),
        done: t('environments.archived', { name }),
      }}
      remove={{
        run: () => remove.mutateAsync(id),
        title: t('environments.askDelete', { name }),
        text: t('environments.askDeleteText'),
        done: t('environments.deleted', { name }),
      }}
    />
  );
}
