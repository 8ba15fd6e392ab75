import { Archive, Ellipsis, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentActions, type Agent } from '../../api/agents.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { toast, toastError } from '../../ui/toast.tsx';

/** What cannot be taken back, each asked for once more. */
export function AgentMenu({ agent, onGone }: { agent: Agent; onGone?: () => void }): ReactNode {
  const { t } = useTranslation();
  const { archive, remove } = useAgentActions();
  const [asked, setAsked] = useState<'archive' | 'delete'>();
  const { id, name } = agent;
  const confirm = async (): Promise<void> => {
    try {
      if (asked === 'archive') await archive.mutateAsync(id);
      else await remove.mutateAsync(id);
      toast(t(asked === 'archive' ? 'agents.archived' : 'agents.deleted', { name }));
      if (asked === 'delete') onGone?.();
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
    setAsked(undefined);
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('agents.menu', { name })}>
            <Ellipsis />
          </IconButton>
        }
        items={[
          {
            label: t('common.archive'),
            icon: <Archive />,
            disabled: agent.archived_at !== null,
            onSelect: () => setAsked('archive'),
          },
          { label: t('common.delete'), icon: <Trash2 />, danger: true, onSelect: () => setAsked('delete') },
        ]}
      />
      <ConfirmDialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        onConfirm={() => void confirm()}
        title={asked === 'delete' ? t('agents.askDelete', { name }) : t('agents.askArchive', { name })}
        description={asked === 'delete' ? t('agents.askDeleteText') : t('agents.askArchiveText')}
        action={asked === 'delete' ? t('common.delete') : t('common.archive')}
        danger={asked === 'delete'}
        busy={archive.isPending || remove.isPending}
      />
    </>
  );
}
