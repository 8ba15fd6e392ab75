import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canAnswer } from '../api/approvals.ts';
import { Dialog } from '../ui/dialog.tsx';
import { KeyForm } from './key-form.tsx';

/** Asks for the key that answers for a person need, and for the person's name. */
export function KeyDialog({ onKey, onClose }: { onKey: () => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog open onClose={onClose} title={t('login.approval.title')} description={t('login.approval.text')}>
      <KeyForm
        isTaken={canAnswer}
        wrong={t('approval.key.wrong')}
        asksName
        onTaken={onKey}
        onCancel={onClose}
      />
    </Dialog>
  );
}
