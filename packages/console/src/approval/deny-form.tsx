import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, TextArea } from '../ui/field.tsx';
import { DecisionForm } from './decision-form.tsx';
import type { Answer } from './use-answer.ts';

/** Why not, and what to do instead. */
export function DenyForm({
  busy,
  onBack,
  onSend,
}: {
  busy: boolean;
  onBack: () => void;
  onSend: (answer: Answer) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [message, setMessage] = useState('');
  const deny = (): void => {
    const text = message.trim();
    onSend({ decision: 'deny', ...(text !== '' && { message: text }) });
  };
  return (
    <DecisionForm action={t('approval.denyNow')} kind="danger" busy={busy} onSubmit={deny} onBack={onBack}>
      <Field label={t('approval.message')} hint={t('approval.messageHint')}>
        {(described) => (
          <TextArea
            {...described}
            rows={2}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
            // The form was opened to write in it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
    </DecisionForm>
  );
}
