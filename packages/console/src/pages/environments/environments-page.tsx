import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';

export function EnvironmentsPage(): ReactNode {
  const { t } = useTranslation();
  return <Page title={t('shell.nav.environments')}>{null}</Page>;
}
