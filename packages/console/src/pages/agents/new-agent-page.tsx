import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgentActions } from '../../api/agents.ts';
import { modelsQuery } from '../../api/models.ts';
import { NEW_AGENT } from '../../lib/agent-body.ts';
import { Button } from '../../ui/button.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useDraft } from './draft.ts';
import { EditorPanels } from './editor-tabs.tsx';
import { useErrors } from './use-errors.ts';

type TabName = 'form' | 'json';

export function NewAgentPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const draft = useDraft(NEW_AGENT);
  const errors = useErrors();
  const [hasDefault, setHasDefault] = useState(false);
  const [tab, setTab] = useState<TabName>('form');
  const { create } = useAgentActions();
  const [first] = useQuery(modelsQuery).data ?? [];
  // An agent needs a model, and the provider's first one is a good one.
  if (first && !hasDefault) {
    setHasDefault(true);
    if (draft.body.model.id === '' && !draft.fault) draft.change({ model: { id: first.id } });
  }
  const save = (): void => {
    errors.clear();
    create.mutate(draft.body, {
      onSuccess: (agent) => {
        toast(t('agents.created', { name: agent.name }));
        void navigate({ to: '/agents/$agentId', params: { agentId: agent.id }, ignoreBlocker: true });
      },
      onError: (error) => {
        setTab('form');
        errors.show(error);
      },
    });
  };
  const isMine = draft.isChanged && draft.body.name !== '';
  return (
    <Page
      title={t('agents.new')}
      actions={
        <Button kind="primary" busy={create.isPending} disabled={draft.fault !== undefined} onClick={save}>
          {t('agents.create')}
        </Button>
      }
    >
      <LeaveGuard when={isMine && !create.isSuccess} />
      <ProblemNote problem={errors.problem} />
      <Tabs
        label={t('agents.new')}
        tabs={[
          { name: 'form', label: t('agents.tab.form') },
          { name: 'json', label: t('agents.tab.json') },
        ]}
        current={tab}
        onChange={setTab}
      >
        <EditorPanels draft={draft} errors={errors.fields} />
      </Tabs>
    </Page>
  );
}
