import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StartForm } from './start-form.tsx';

const route = getRouteApi('/start');

/** Starts a session, in one of two ways. */
export function StartPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { agent, way: chosen } = route.useSearch();
  const way = chosen ?? (agent === undefined ? 'quick' : 'agent');
  return (
    <Page
      narrow
      title={t('shell.nav.start')}
      actions={
        <Segmented
          label={t('start.way.label')}
          value={way}
          onChange={(next) => void navigate({ to: '/start', search: { way: next }, replace: true })}
          options={[
            { value: 'quick', label: t('start.way.quick') },
            { value: 'agent', label: t('start.way.agent') },
          ]}
        />
      }
    >
      <StartForm way={way} agent={agent} />
    </Page>
  );
}
