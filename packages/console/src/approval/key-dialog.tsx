import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { getDecider, setDecider } from './decider.ts';

/** Asks for the key that answers for a person need, and for the person's name. */
export function KeyDialog({
  isWrong,
  onKey,
  onClose,
}: {
  isWrong: boolean;
  onKey: (key: string) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const [error, setError] = useState<string | undefined>(isWrong ? t('approval.key.wrong') : undefined);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const key = textOf(form.get('key')).trim();
    if (key === '') return setError(t('common.required'));
    setDecider(textOf(form.get('name')));
    onKey(key);
  };
  return (
    <Dialog open onClose={onClose} title={t('login.approval.title')} description={t('login.approval.text')}>
      <form onSubmit={submit} className="flex flex-col gap-3 pt-1">
        <Field label={t('login.key')} error={error}>
          {(described) => (
            <TextInput
              {...described}
              name="key"
              type="password"
              autoComplete="current-password"
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
            />
          )}
        </Field>
        <Field
          label={
            <>
              {t('approval.name.label')}{' '}
              <span className="font-normal text-muted">({t('common.optional')})</span>
            </>
          }
          hint={t('approval.name.hint')}
        >
          {(described) => (
            <TextInput {...described} name="name" autoComplete="name" defaultValue={getDecider().by} />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="primary">
            {t('login.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}
