import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentActions, type Agent } from '../../api/agents.ts';
import { RemovalMenu } from '../../ui/removal-menu.tsx';

export function AgentMenu({ agent, onGone }: { agent: Agent; onGone?: () => void }): ReactNode {
  const { t } = useTranslation();
  const { archive, remove } = useAgentActions();
  const { id, name } = agent;
  return (
    <RemovalMenu
      label={t('agents.menu', { name })}
      isArchived={agent.archived_at !== null}
      archive={{
        run: () => archive.mutateAsync(id),
        title: t('agents.askArchive', { name }),
        text: t('agents.askArchiveText'),
        done: t('agents.archived', { name }),
      }}
      remove={{
        run: async () => {
          await remove.mutateAsync(id);
          onGone?.();
        },
        title: t('agents.askDelete', { name }),
        text: t('agents.askDeleteText'),
        done: t('agents.deleted', { name }),
      }}
    />
  );
}
