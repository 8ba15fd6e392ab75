import { LockKeyhole } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { canAnswer } from '../../api/approvals.ts';
import { setKey } from '../../api/credential.ts';
import { getDecider, setDecider } from '../../approval/decider.ts';
import { toProblem } from '../../lib/problem.ts';
import { useFleetSummary } from '../../live/fleet.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, TextInput } from '../../ui/field.tsx';

/** Asks for the key that approvals need, in the place where they will be. */
export function Unlock(): ReactNode {
  const { t } = useTranslation();
  const { waiting } = useFleetSummary();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [key = '', name = ''] = ['key', 'name'].map((field) => textOf(form.get(field)));
    if (key === '') return setError(t('common.required'));
    setBusy(true);
    setError(undefined);
    try {
      if (!(await canAnswer(key))) return setError(t('approval.key.wrong'));
      setDecider(name);
      setKey(key, form.has('remember') ? 'forever' : 'session');
    } catch (thrown) {
      setError(toProblem(thrown).message || t('common.unreachable'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => void submit(event)}
      className="mx-auto mt-6 flex w-full max-w-md flex-col gap-4 rounded-lg border bg-surface p-5"
    >
      <LockKeyhole className="size-7 text-faint" aria-hidden />
      <div>
        <h2 className="text-lg font-semibold">{t('login.approval.title')}</h2>
        <p className="mt-1 text-sm text-muted">{t('login.approval.text')}</p>
        {waiting > 0 && (
          <p className="mt-2 text-sm font-medium text-wait">{t('approvals.waiting', { count: waiting })}</p>
        )}
      </div>
      <Field label={t('login.key')} error={error}>
        {(described) => (
          <TextInput {...described} name="key" type="password" autoComplete="current-password" />
        )}
      </Field>
      <Field label={t('approval.name.label')} hint={t('approval.name.hint')}>
        {(described) => (
          <TextInput {...described} name="name" autoComplete="name" defaultValue={getDecider().by} />
        )}
      </Field>
      <Checkbox name="remember" defaultChecked label={t('login.remember')} />
      <Button type="submit" kind="primary" busy={isBusy}>
        {isBusy ? t('login.checking') : t('login.submit')}
      </Button>
    </form>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value.trim() : '';
}
