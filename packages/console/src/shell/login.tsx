import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canEnter } from '../api/server.ts';
import { KeyForm } from '../approval/key-form.tsx';

/** Asks for the key of a server that wants one. */
export function Login(): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="flex h-full items-center justify-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-4 rounded-xl border bg-surface p-6">
        <img src="/console/icon.svg" alt="" className="size-10" />
        <div>
          <h1 className="text-lg font-semibold">{t('login.title')}</h1>
          <p className="mt-1 text-sm text-muted">{t('login.text')}</p>
        </div>
        <KeyForm isTaken={canEnter} wrong={t('login.wrong')} />
      </div>
    </main>
  );
}
