import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApprovalsLocked, useOpenApprovals } from '../../live/fleet.ts';
import { Badge } from '../../ui/badge.tsx';
import { Page } from '../../ui/page.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { History } from './history.tsx';
import { Inbox } from './inbox.tsx';
import { NotifySwitch } from './notify-switch.tsx';
import { Unlock } from './unlock.tsx';

/** What waits for a person, over all sessions. */
export function ApprovalsPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/approvals' });
  const { id, view = 'open' } = useSearch({ from: '/approvals' });
  const isLocked = useApprovalsLocked();
  const count = useOpenApprovals().length;
  return (
    <Page title={t('shell.nav.approvals')} actions={<NotifySwitch />}>
      {isLocked ? (
        <Unlock />
      ) : (
        <Tabs
          label={t('shell.nav.approvals')}
          current={view}
          onChange={(next) =>
            void navigate({ search: next === 'history' ? { view: next } : {}, replace: true })
          }
          tabs={[
            {
              name: 'open',
              label: (
                <>
                  {t('approvals.tab.open')}
                  {count > 0 && <Badge tone="wait">{count}</Badge>}
                </>
              ),
            },
            { name: 'history', label: t('approvals.tab.history') },
          ]}
        >
          <TabPanel name="open">
            <Inbox key={id} startId={id} />
          </TabPanel>
          <TabPanel name="history">
            <History />
          </TabPanel>
        </Tabs>
      )}
    </Page>
  );
}
