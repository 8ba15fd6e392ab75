import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';

export function FilesPage(): ReactNode {
  const { t } = useTranslation();
  return <Page title={t('shell.nav.files')}>{null}</Page>;
}
