import { useNavigate } from '@tanstack/react-router';
import { CornerDownLeft, Eraser } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { FormProvider, useForm, type FieldErrors } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/keyboard.ts';
import { toProblem } from '../../lib/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { toast } from '../../ui/toast.tsx';
import { CodePanel } from './code-panel.tsx';
import { forgetDraft, keepDraft, readDraft } from './drafts.ts';
import { Examples } from './examples.tsx';
import { faultText } from './field-texts.ts';
import type { FormField } from './form/fields.ts';
import { nameOf } from './form/names.ts';
import { landErrors, readForm } from './form/request.ts';
import { formOf, type Way } from './form/schemas.ts';
import { EMPTY, type Values } from './form/values.ts';
import { OptionGroups } from './option-groups.tsx';
import { PromptField } from './prompt-field.tsx';
import { useOpenApi } from './queries.ts';
import { forgetStarted, useStart } from './use-start.ts';
import { FieldControl } from './widgets/field-control.tsx';

/** Until the API has described itself: a start with the defaults works nevertheless. */
const PROMPT_ONLY: FormField[] = [
  {
    key: 'prompt',
    path: ['prompt'],
    control: { kind: 'long' },
    required: true,
    description: undefined,
    group: 'top',
  },
];

export function StartForm({ way, agent }: { way: Way; agent: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const api = useOpenApi();
  const fields = api.data ? formOf(way, api.data) : way === 'quick' ? PROMPT_ONLY : [];
  /** Whether it was to be sent. */
  const isAsked = useRef(false);
  const form = useForm<Values>({
    defaultValues: readDraft(),
    mode: 'onTouched',
    shouldFocusError: false,
    resolver: (values) => {
      const faults = Object.entries(readForm(fields, values).faults)
        // Who has not come to a field yet, or only passed through it, has done nothing wrong.
        .filter(([, { code }]) => code !== 'required' || isAsked.current)
        .map(([key, fault]) => [key, faultText(fault, t)] as const);
      const messages = new Map(faults);
      if (messages.size === 0) return { values, errors: {} };
      return { values: {}, errors: toErrors(fields, (key) => messages.get(key)) };
    },
  });
  const start = useStart();
  /** The field that has to be seen now; a new object each time. */
  const [shown, setShown] = useState<{ key: string }>();
  const [refusal, setRefusal] = useState<string>();
  const show = useCallback(
    (key: string | undefined) => setShown(key === undefined ? undefined : { key }),
    [],
  );

  useEffect(forgetStarted, []);
  useEffect(
    () => form.subscribe({ formState: { values: true }, callback: ({ values }) => keepDraft(values) }),
    [form],
  );
  useEffect(() => {
    if (agent !== undefined) form.setValue('text.agent', agent);
  }, [agent, form]);
  useEffect(() => {
    if (shown) focusField(shown.key);
  }, [shown]);

  const send = form.handleSubmit(
    async (values) => {
      setRefusal(undefined);
      try {
        const id = await start.mutateAsync({ way, body: readForm(fields, values).body });
        forgetDraft();
        await navigate({ to: '/sessions/$sessionId', params: { sessionId: id } });
      } catch (error) {
        const problem = toProblem(error);
        const { errors, rest } = landErrors(fields, problem);
        for (const field of fields) {
          const message = errors[field.key];
          if (message !== undefined) form.setError(nameOf(field), { type: 'server', message });
        }
        setRefusal(problem.status === 0 ? t('common.unreachable') : rest);
        show(fields.find(({ key }) => key in errors)?.key);
      }
    },
    () => {
      const { faults } = readForm(fields, form.getValues());
      show(fields.find(({ key }) => key in faults)?.key);
    },
  );
  const run = (): void => {
    isAsked.current = true;
    if (!start.isPending) void send();
  };
  useShortcuts([{ keys: 'mod+enter', label: t('start.run'), group: 'here', run, inFields: true }]);

  return (
    <FormProvider {...form}>
      <form noValidate onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-4">
        <PromptField />
        {way === 'quick' && <Examples onPick={(values) => form.reset(values)} />}
        {fields
          .filter(({ group, key }) => group === 'top' && key !== 'prompt')
          .map((field) => (
            <FieldControl key={field.key} field={field} />
          ))}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            kind="primary"
            busy={start.isPending}
            disabled={fields.length === 0}
            icon={<CornerDownLeft />}
            onClick={run}
            className="min-w-28"
          >
            {start.isPending ? t('start.starting') : t('start.run')}
          </Button>
          <span className="hidden items-center gap-1 text-xs text-muted sm:flex" aria-hidden>
            <Kbd>{/Mac/.test(navigator.platform) ? '⌘' : 'Ctrl'}</Kbd>
            <Kbd>↵</Kbd>
          </span>
          <Button
            kind="ghost"
            icon={<Eraser />}
            className="ml-auto"
            onClick={() => {
              form.reset(EMPTY);
              isAsked.current = false;
              forgetDraft();
              setRefusal(undefined);
              toast(t('start.cleared'));
            }}
          >
            {t('start.clear')}
          </Button>
        </div>
        {refusal !== undefined && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
            {refusal}
          </p>
        )}
        <OptionGroups api={api} fields={fields} shown={shown} />
        {fields.length > 0 && <CodePanel way={way} fields={fields} />}
      </form>
    </FormProvider>
  );
}

/** In the shape of the library: as the values are nested. */
function toErrors(
  fields: readonly FormField[],
  messageOf: (key: string) => string | undefined,
): FieldErrors<Values> {
  const errors: Record<string, unknown> = {};
  for (const field of fields) {
    const message = messageOf(field.key);
    if (message === undefined) continue;
    const [kind = '', key] = nameOf(field).split('.', 2);
    const error = { type: 'fault', message };
    errors[kind] = key === undefined ? error : { ...(errors[kind] as object | undefined), [key]: error };
  }
  return errors;
}

/** Once what is around it is unfolded. */
function focusField(key: string): void {
  const field = document.querySelector(`[data-field="${key}"]`);
  field?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
  field?.scrollIntoView({ block: 'center' });
}
