import { LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canAnswer } from '../../api/approvals.ts';
import { KeyForm } from '../../approval/key-form.tsx';
import { useFleetSummary } from '../../live/fleet.ts';

/** Asks for the key that approvals need, in the place where they will be. */
export function Unlock(): ReactNode {
  const { t } = useTranslation();
  const { waiting } = useFleetSummary();
  return (
    <section className="mx-auto mt-6 flex w-full max-w-md flex-col gap-4 rounded-lg border bg-surface p-5">
      <LockKeyhole className="size-7 text-faint" aria-hidden />
      <div>
        <h2 className="text-lg font-semibold">{t('login.approval.title')}</h2>
        <p className="mt-1 text-sm text-muted">{t('login.approval.text')}</p>
        {waiting > 0 && (
          <p className="mt-2 text-sm font-medium text-wait">{t('approvals.waiting', { count: waiting })}</p>
        )}
      </div>
      <KeyForm isTaken={canAnswer} wrong={t('approval.key.wrong')} asksName />
    </section>
  );
}
