import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';

export function NotFound(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('shell.notFound.title')}>
      <EmptyState icon={<Compass />} title={t('shell.notFound.text')}>
        <Link to="/" className="text-accent underline">
          {t('shell.notFound.back')}
        </Link>
      </EmptyState>
    </Page>
  );
}
