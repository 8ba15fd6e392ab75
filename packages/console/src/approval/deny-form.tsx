import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Field, TextArea } from '../ui/field.tsx';
import type { Answer } from './use-answer.ts';

/** Why not, and what to do instead. Enter denies, Escape goes back. */
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    deny();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
    if (event.key === 'Enter' && event.shiftKey) return;
    event.preventDefault();
    if (event.key === 'Escape') onBack();
    else if (!busy) deny();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Field label={t('approval.message')} hint={t('approval.messageHint')}>
        {(described) => (
          <TextArea
            {...described}
            rows={2}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
            onKeyDown={onKeyDown}
            // The form was opened to write in it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="danger" busy={busy}>
          {t('approval.denyNow')}
        </Button>
        <Button kind="ghost" onClick={onBack}>
          {t('approval.back')}
        </Button>
      </div>
    </form>
  );
}
