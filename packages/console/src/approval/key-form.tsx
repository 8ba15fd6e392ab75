import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { setKey } from '../api/credential.ts';
import { toProblem } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Field, TextInput } from '../ui/field.tsx';
import { getDecider, setDecider } from './decider.ts';

/** Asks for a key, and takes it when the server does. */
export function KeyForm({
  isTaken,
  wrong,
  asksName = false,
  onTaken,
  onCancel,
}: {
  /** Asks the server. */
  isTaken: (key: string) => Promise<boolean>;
  /** What is said of a key that it does not take. */
  wrong: string;
  /** Others see who answers. */
  asksName?: boolean;
  onTaken?: () => void;
  onCancel?: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    // What is around it may be a form, too.
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    const [key = '', name = ''] = ['key', 'name'].map((field) => textOf(form.get(field)));
    if (key === '') return setError(t('common.required'));
    setBusy(true);
    setError(undefined);
    try {
      if (!(await isTaken(key))) return setError(wrong);
      if (asksName) setDecider(name);
      setKey(key, form.has('remember') ? 'forever' : 'session');
      onTaken?.();
    } catch (thrown) {
      setError(toProblem(thrown).message || t('common.unreachable'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field label={t('login.key')} error={error}>
        {(described) => (
          <TextInput
            {...described}
            name="key"
            type="password"
            autoComplete="current-password"
            // A dialog was opened to write in it.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={onCancel !== undefined}
          />
        )}
      </Field>
      {asksName && (
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
      )}
      <Checkbox name="remember" defaultChecked label={t('login.remember')} />
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>{t('common.cancel')}</Button>}
        <Button type="submit" kind="primary" busy={isBusy} className={onCancel ? undefined : 'flex-1'}>
          {isBusy ? t('login.checking') : t('login.submit')}
        </Button>
      </div>
    </form>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value.trim() : '';
}
