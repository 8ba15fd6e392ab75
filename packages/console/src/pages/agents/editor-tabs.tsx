import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import { TabPanel } from '../../ui/tabs.tsx';
import { AgentForm } from './agent-form.tsx';
import type { Draft } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';

/** The form and the JSON of one draft: what is done in one is there in the other. */
export function EditorPanels({
  draft,
  errors,
  disabled = false,
}: {
  draft: Draft;
  errors: FieldErrors;
  disabled?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const { fault } = draft;
  return (
    <>
      <TabPanel name="form">
        {fault && (
          <p role="alert" className="mb-4 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
            {t('agents.json.unreadable')}
          </p>
        )}
        <AgentForm
          body={draft.body}
          change={draft.change}
          errors={errors}
          disabled={disabled || fault !== undefined}
        />
      </TabPanel>
      <TabPanel name="json">
        <div className="relative">
          <Field
            label={t('agents.json.label')}
            hint={t('agents.json.hint')}
            error={fault && t(`agents.json.${fault.kind}`, { path: fault.path })}
          >
            {(described) => (
              <TextArea
                {...described}
                readOnly={disabled}
                spellCheck={false}
                rows={Math.min(40, Math.max(16, draft.text.split('\n').length + 1))}
                className="bg-code font-mono !text-xs"
                value={draft.text}
                onChange={(event) => draft.type(event.target.value)}
              />
            )}
          </Field>
          <CopyButton text={draft.text} className="absolute top-7 right-2" />
        </div>
      </TabPanel>
    </>
  );
}
