import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { toBody, type AgentBody } from '../../lib/agent-body.ts';
import { useShortcuts } from '../../lib/keyboard.ts';
import { toProblem } from '../../lib/problem.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { LeaveGuard } from '../../ui/leave-guard.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useDraft } from './draft.ts';
import { EditorPanels } from './editor-tabs.tsx';
import { ReviewDialog } from './review-dialog.tsx';
import { useErrors } from './use-errors.ts';
import { useSaving } from './use-saving.ts';
import { Versions } from './versions.tsx';

/** The latest version, to be changed into the next one. */
export function AgentEditor({
  agent,
  restored,
  onSaved,
}: {
  agent: Agent;
  restored: { body: AgentBody; version: number } | undefined;
  onSaved: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/agents/$agentId' });
  const { tab = 'form' } = useSearch({ from: '/agents/$agentId' });
  const [savedCount, setSavedCount] = useState(0);
  // Known before the agent that is given is renewed.
  const [mine, setMine] = useState<Agent>();
  return (
    <Draft
      key={savedCount}
      agent={mine && mine.version > agent.version ? mine : agent}
      restored={savedCount === 0 ? restored : undefined}
      tab={tab}
      onTab={(next) => void navigate({ search: { tab: next }, replace: true })}
      onSaved={(saved) => {
        toast(t('agents.savedAs', { version: saved.version }));
        setMine(saved);
        setSavedCount(savedCount + 1);
        onSaved();
      }}
    />
  );
}

type TabName = 'form' | 'json' | 'versions';

function Draft({
  agent,
  restored,
  tab,
  onTab,
  onSaved,
}: {
  agent: Agent;
  restored: { body: AgentBody; version: number } | undefined;
  tab: TabName;
  onTab: (tab: TabName) => void;
  onSaved: (agent: Agent) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [base] = useState(() => toBody(agent));
  const draft = useDraft(base, restored?.body);
  const saving = useSaving(agent, draft);
  const errors = useErrors();
  const [isReviewing, setReviewing] = useState(false);
  const isArchived = agent.archived_at !== null;
  const isChanged = draft.isChanged && !isArchived;
  const canSave = isChanged && draft.fault === undefined;
  useShortcuts(
    canSave
      ? [
          {
            keys: 'mod+s',
            label: t('agents.review.open'),
            group: 'here',
            inFields: true,
            run: () => setReviewing(true),
          },
        ]
      : [],
  );
  const save = async (): Promise<void> => {
    errors.clear();
    try {
      const saved = await saving.save();
      if (saved) onSaved(saved);
    } catch (error) {
      setReviewing(false);
      onTab('form');
      errors.show(error);
    }
  };
  return (
    <>
      <LeaveGuard when={isChanged} />
      <ProblemNote problem={errors.problem} />
      {restored && (
        <p className="mb-4 rounded-md bg-busy-soft px-3 py-2 text-sm text-busy">
          {t('agents.restored', { version: restored.version })}
        </p>
      )}
      {isArchived && (
        <p className="mb-4 rounded-md bg-wait-soft px-3 py-2 text-sm text-wait">{t('agents.isArchived')}</p>
      )}
      <Tabs
        label={agent.name}
        current={tab}
        onChange={onTab}
        tabs={[
          { name: 'form', label: t('agents.tab.form') },
          { name: 'json', label: t('agents.tab.json') },
          {
            name: 'versions',
            label: (
              <>
                {t('agents.tab.versions')}
                <Badge>{agent.version}</Badge>
              </>
            ),
          },
        ]}
        actions={
          isChanged && (
            <>
              <Button kind="ghost" onClick={() => draft.reset(saving.base)}>
                {t('agents.discard')}
              </Button>
              <Button kind="primary" disabled={!canSave} onClick={() => setReviewing(true)}>
                {t('agents.review.open')}
              </Button>
            </>
          )
        }
      >
        <EditorPanels draft={draft} errors={errors.fields} disabled={isArchived} />
        <TabPanel name="versions">
          <Versions agent={agent} />
        </TabPanel>
      </Tabs>
      <ReviewDialog
        open={isReviewing}
        onClose={() => setReviewing(false)}
        base={saving.base}
        version={saving.version}
        body={draft.body}
        busy={saving.isBusy}
        conflict={saving.conflict}
        onSave={() => void save()}
        onKeepMine={() =>
          void saving.keepMine().catch((error: unknown) => toast(toProblem(error).message, 'bad'))
        }
      />
    </>
  );
}
