import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { Checkbox, Field, TextArea } from '../ui/field.tsx';
import { AnswerOutcome } from './answer-outcome.tsx';
import { useAnswer } from './use-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

/** Answers in the place of the program that the tool belongs to. */
export function CustomResultForm({
  call,
  onAnswered,
}: {
  call: WaitingCall;
  onAnswered?: (() => void) | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const answering = useAnswer(call, onAnswered);
  const [text, setText] = useState('');
  const [isError, setIsError] = useState(false);
  const [fault, setFault] = useState<string>();
  const { step } = answering.state;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text === '') return setFault(t('approval.result.missing'));
    setFault(undefined);
    answering.send({ result: { text, isError } });
  };
  if (step === 'answered' || step === 'late') return <AnswerOutcome answering={answering} />;
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <Field label={t('approval.result.label')} hint={t('approval.result.hint')} error={fault}>
        {(described) => (
          <TextArea
            {...described}
            rows={2}
            className="font-mono"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" kind="primary" busy={step === 'sending'}>
          {t('approval.result.send')}
        </Button>
        <Checkbox
          label={t('approval.result.isError')}
          checked={isError}
          onChange={(event) => setIsError(event.target.checked)}
        />
      </div>
      <AnswerOutcome answering={answering} />
    </form>
  );
}
