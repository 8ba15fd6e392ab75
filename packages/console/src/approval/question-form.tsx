import { useId, useMemo, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { Badge } from '../ui/badge.tsx';
import { AnswerOutcome } from './answer-outcome.tsx';
import { DenyForm } from './deny-form.tsx';
import { parseQuestions, toAnswers, toggle, toggleOther, type Choice, type Question } from './questions.ts';
import { useAnswer } from './use-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

const NOTHING: Choice = { labels: [] };

/** The questions of an agent as a form. */
export function QuestionForm({
  call,
  compact = false,
  onAnswered,
}: {
  call: WaitingCall;
  compact?: boolean;
  onAnswered?: (() => void) | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const answering = useAnswer(call, onAnswered);
  const questions = useMemo(() => parseQuestions(call.questions ?? []), [call.questions]);
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const [missing, setMissing] = useState<string>();
  const [isDenying, setDenying] = useState(false);
  const { step } = answering.state;
  const isBusy = step === 'sending' || step === 'needsKey';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const told = toAnswers(questions, choices);
    if ('missing' in told) return setMissing(told.missing);
    answering.send({ decision: 'allow', answers: told.answers });
  };
  if (step === 'answered' || step === 'late') return <AnswerOutcome answering={answering} />;
  if (isDenying) {
    return (
      <>
        <DenyForm busy={isBusy} onBack={() => setDenying(false)} onSend={answering.send} />
        <AnswerOutcome answering={answering} />
      </>
    );
  }
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col gap-3">
      <div
        className={classNames(
          'flex flex-col gap-3',
          compact && 'max-h-[36dvh] min-h-0 overflow-y-auto p-0.5',
        )}
      >
        {questions.map((question) => (
          <Ask
            key={question.question}
            question={question}
            choice={choices[question.question] ?? NOTHING}
            error={missing === question.question ? t('approval.question.missing') : undefined}
            onChange={(choice) => {
              setMissing(undefined);
              setChoices((before) => ({ ...before, [question.question]: choice }));
            }}
          />
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={isBusy}>
          {t('approval.question.send')}
        </Button>
        <Button kind="ghost" disabled={isBusy} onClick={() => setDenying(true)}>
          {t('approval.question.skip')}
        </Button>
      </div>
      <AnswerOutcome answering={answering} />
    </form>
  );
}

function Ask({
  question,
  choice,
  error,
  onChange,
}: {
  question: Question;
  choice: Choice;
  error: string | undefined;
  onChange: (choice: Choice) => void;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const type = question.multiSelect ? 'checkbox' : 'radio';
  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={`${id}-hint`}>
      <legend className="mb-1.5 flex flex-wrap items-center gap-2 text-sm font-medium">
        {question.question}
        {question.header !== '' && <Badge>{question.header}</Badge>}
      </legend>
      <p id={`${id}-hint`} className={classNames('text-xs', error === undefined ? 'text-muted' : 'text-bad')}>
        {error ?? t(question.multiSelect ? 'approval.question.several' : 'approval.question.one')}
      </p>
      <div className="grid gap-1.5 sm:grid-cols-2">
        {question.options.map(({ label, description }) => (
          <Option
            key={label}
            type={type}
            name={id}
            label={label}
            description={description}
            checked={choice.labels.includes(label)}
            onToggle={() => onChange(toggle(question, choice, label))}
          />
        ))}
        <Option
          type={type}
          name={id}
          label={t('approval.question.other')}
          checked={choice.other !== undefined}
          onToggle={() => onChange(toggleOther(question, choice))}
        />
      </div>
      {choice.other !== undefined && (
        <TextInput
          aria-label={t('approval.question.otherLabel', { question: question.question })}
          value={choice.other}
          onChange={(event) => onChange({ ...choice, other: event.target.value })}
          // It was chosen to write in it.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
        />
      )}
    </fieldset>
  );
}

function Option({
  type,
  name,
  label,
  description = '',
  checked,
  onToggle,
}: {
  type: 'checkbox' | 'radio';
  name: string;
  label: string;
  description?: string;
  checked: boolean;
  onToggle: () => void;
}): ReactNode {
  return (
    <label
      className={classNames(
        'flex cursor-pointer items-start gap-2 rounded-md border px-2.5 py-1.5 text-sm hover:bg-hover',
        checked && 'border-accent bg-accent-soft',
      )}
    >
      <input
        type={type}
        name={name}
        checked={checked}
        onChange={onToggle}
        className="mt-0.5 size-4 accent-accent"
      />
      <span className="min-w-0">
        {label}
        {description !== '' && <span className="block text-xs text-muted">{description}</span>}
      </span>
    </label>
  );
}
