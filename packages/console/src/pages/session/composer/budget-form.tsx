import { Wallet } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { updateSession } from '../../../api/sessions.ts';
import { refreshSession, useSession } from '../../../live/session.ts';
import { formatUsd } from '../../../lib/format.ts';
import { toProblem } from '../../../lib/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';

/** The session has cost as much as it may: here that is raised, and it goes on. */
export function BudgetForm({ sessionId }: { sessionId: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const { session } = useSession(sessionId);
  const [text, setText] = useState<string>();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const money = (cents: number): string => formatUsd(cents / 100, i18n.language);
  const budget = Number(session?.budget?.max_list_cost.amount ?? 0);
  const spent = Number(session?.usage.list_cost?.amount ?? 0);
  const entered = text ?? String((Math.max(budget, spent) * 2) / 100);
  const change = async (cents: number | null): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await updateSession(sessionId, {
        budget:
          cents === null
            ? null
            : { type: 'limit', max_list_cost: { amount: String(cents), currency: 'USD' } },
      });
      refreshSession(sessionId);
      if (cents !== null) toast(t('session.budget.raised', { budget: money(cents) }));
    } catch (thrown) {
      setError(toProblem(thrown).message || t('common.unreachable'));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const cents = Math.round(Number(entered) * 100);
    if (!(cents > spent)) return setError(t('session.budget.invalid', { cost: money(spent) }));
    void change(cents);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 rounded-lg border border-wait bg-surface p-3">
      <h2 className="flex items-center gap-2 text-sm font-semibold">
        <Wallet className="size-4 text-wait" aria-hidden />
        {t('session.waits.budget')}
      </h2>
      <Field
        label={t('session.budget.label')}
        hint={t('session.budget.hint', { cost: money(spent), budget: money(budget) })}
        error={error}
      >
        {(described) => (
          <TextInput
            {...described}
            inputMode="decimal"
            value={entered}
            onChange={(event) => setText(event.target.value)}
            className="max-w-40"
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('session.budget.raise')}
        </Button>
        <Button kind="ghost" disabled={isBusy} onClick={() => void change(null)}>
          {t('session.budget.remove')}
        </Button>
      </div>
    </form>
  );
}
