import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { forkSession } from '../../../api/sessions.ts';
import { useSession } from '../../../live/session.ts';
import { shorten } from '../../../lib/format.ts';
import { toProblem } from '../../../lib/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.tsx';
import { isAtWork } from '../composer/consequence.ts';
import { keepDraft } from '../composer/draft.ts';

/** Where a conversation forks: after what the agent said, or before what a person said (`text`: to be written anew). */
export interface ForkPoint {
  eventId: string;
  from: 'agent' | 'user';
  text: string;
}

interface ForkDialogProps {
  sessionId: string;
  /** `whole`: from where the session is. */
  point: ForkPoint | 'whole' | undefined;
  onClose: () => void;
}

/** Asks for what a fork needs, and makes it. `point` absent: closed. */
export function ForkDialog({ sessionId, point, onClose }: ForkDialogProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog
      open={point !== undefined}
      onClose={onClose}
      title={t('session.fork.title')}
      description={t('session.fork.text')}
    >
      {point !== undefined && <ForkForm sessionId={sessionId} point={point} onClose={onClose} />}
    </Dialog>
  );
}

function ForkForm({
  sessionId,
  point,
  onClose,
}: ForkDialogProps & { point: ForkPoint | 'whole' }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { activity } = useSession(sessionId);
  const message = point === 'whole' ? undefined : point;
  const [isWhole, setWhole] = useState(message === undefined);
  const [title, setTitle] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const from = isWhole ? undefined : message;
    try {
      const { id } = await forkSession(sessionId, {
        eventId: from?.eventId,
        title: title.trim() === '' ? undefined : title.trim(),
      });
      if (from?.from === 'user') keepDraft(id, { text: from.text, attachments: [] });
      onClose();
      await navigate({ to: '/sessions/$sessionId', params: { sessionId: id } });
      toast(t('session.fork.made'));
    } catch (thrown) {
      setError(toProblem(thrown).message || t('common.unreachable'));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3 pt-1">
      {message && (
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-sm font-medium">{t('session.fork.point')}</legend>
          <Radio checked={!isWhole} onChange={() => setWhole(false)}>
            {t(message.from === 'agent' ? 'session.fork.afterMessage' : 'session.fork.beforeMessage')}
            <span className="block truncate text-xs text-muted">{shorten(message.text, 120)}</span>
          </Radio>
          <Radio checked={isWhole} onChange={() => setWhole(true)}>
            {t('session.fork.whole')}
          </Radio>
        </fieldset>
      )}
      {isWhole && isAtWork(activity) && (
        <p role="note" className="rounded-md bg-wait-soft px-2.5 py-1.5 text-sm text-wait">
          {t('session.fork.atWork')}
        </p>
      )}
      <Field label={t('session.fork.name')} hint={t('session.fork.nameHint')}>
        {(described) => (
          <TextInput
            {...described}
            value={title}
            maxLength={256}
            onChange={(event) => setTitle(event.target.value)}
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      {error !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {error}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" kind="primary" busy={isBusy} disabled={isWhole && isAtWork(activity)}>
          {t('session.fork.action')}
        </Button>
      </div>
    </form>
  );
}

function Radio({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <label className="flex cursor-pointer items-start gap-2 rounded-md border px-2.5 py-1.5 text-sm hover:bg-hover">
      <input
        type="radio"
        name="point"
        checked={checked}
        onChange={onChange}
        className="mt-0.5 size-4 accent-accent"
      />
      <span className="min-w-0">{children}</span>
    </label>
  );
}
