import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, TextArea } from '../ui/field.tsx';
import { DecisionForm } from './decision-form.tsx';
import { fromFields, toFields } from './edit-input.ts';
import type { Answer } from './use-answer.ts';
import type { WaitingCall } from './waiting-call.ts';

const MOST_ROWS = 12;

/** The input field by field: the tool runs with what is written here. */
export function EditForm({
  call,
  busy,
  onBack,
  onSend,
}: {
  call: WaitingCall;
  busy: boolean;
  onBack: () => void;
  onSend: (answer: Answer) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [fields, setFields] = useState(() => toFields(call.input));
  const [invalid, setInvalid] = useState<string>();
  const allow = (): void => {
    const edited = fromFields(fields);
    if ('invalid' in edited) return setInvalid(edited.invalid);
    onSend({ decision: 'allow', input: edited.input });
  };
  const change = (name: string, text: string): void => {
    setInvalid(undefined);
    setFields((before) => before.map((field) => (field.name === name ? { ...field, text } : field)));
  };
  return (
    <DecisionForm
      action={t('approval.allowEdited')}
      kind="primary"
      busy={busy}
      hasLines
      onSubmit={allow}
      onBack={onBack}
    >
      {fields.map(({ name, text }, index) => (
        <Field
          key={name}
          label={<code className="text-xs">{name}</code>}
          error={invalid === name ? t('approval.input.invalid') : undefined}
        >
          {(described) => (
            <TextArea
              {...described}
              className="font-mono !text-xs"
              spellCheck={false}
              rows={Math.min(MOST_ROWS, text.split('\n').length)}
              value={text}
              onChange={(event) => change(name, event.target.value)}
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus={index === 0}
            />
          )}
        </Field>
      ))}
    </DecisionForm>
  );
}
