import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../api/http.ts';
import { setKey } from '../api/credential.ts';
import { toProblem } from '../lib/problem.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Field, TextInput } from '../ui/field.tsx';

/** Asks for the key of a server that wants one. */
export function Login(): ReactNode {
  const { t } = useTranslation();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const entered = form.get('key');
    const key = typeof entered === 'string' ? entered.trim() : '';
    if (key === '') return setError(t('common.required'));
    setBusy(true);
    setError(undefined);
    try {
      await send('/server', { headers: { authorization: `Bearer ${key}` } });
      setKey(key, form.has('remember') ? 'forever' : 'session');
    } catch (thrown) {
      const problem = toProblem(thrown);
      setError(problem.needsKey ? t('login.wrong') : problem.message || t('common.unreachable'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="flex h-full items-center justify-center p-4">
      <form
        onSubmit={(event) => void submit(event)}
        className="flex w-full max-w-sm flex-col gap-4 rounded-xl border bg-surface p-6"
      >
        <img src="/console/icon.svg" alt="" className="size-10" />
        <div>
          <h1 className="text-lg font-semibold">{t('login.title')}</h1>
          <p className="mt-1 text-sm text-muted">{t('login.text')}</p>
        </div>
        <Field label={t('login.key')} error={error}>
          {(described) => (
            <TextInput {...described} name="key" type="password" autoComplete="current-password" />
          )}
        </Field>
        <Checkbox name="remember" defaultChecked label={t('login.remember')} />
        <Button type="submit" kind="primary" busy={isBusy}>
          {isBusy ? t('login.checking') : t('login.submit')}
        </Button>
      </form>
    </main>
  );
}
