import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { modelsQuery } from '../../api/models.ts';
import { EFFORTS, type AgentBody } from '../../lib/agent-body.ts';
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx';
import { KeyValues } from '../../ui/key-values.tsx';
import { BuiltInTools } from './built-in-tools.tsx';
import { CustomTools } from './custom-tools.tsx';
import { errorAt, type FieldErrors } from './field-errors.ts';
import { McpServers } from './mcp-servers.tsx';
import { Section } from './section.tsx';

export interface FormProps {
  body: AgentBody;
  change: (part: Partial<AgentBody>) => void;
  errors: FieldErrors;
}

/** Everything that an agent is made of. */
export function AgentForm({ disabled, ...props }: FormProps & { disabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const { body, change, errors } = props;
  return (
    <fieldset disabled={disabled} className="flex min-w-0 flex-col gap-6">
      <Section title={t('agents.section.basics')}>
        <Field label={t('agents.name')} error={errorAt(errors, 'name')}>
          {(described) => (
            <TextInput
              {...described}
              required
              value={body.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('agents.description')} error={errorAt(errors, 'description')}>
          {(described) => (
            <TextInput
              {...described}
              value={body.description ?? ''}
              onChange={(event) => change({ description: event.target.value || null })}
            />
          )}
        </Field>
        <ModelFields {...props} />
        <Field label={t('agents.system')} hint={t('agents.systemHint')} error={errorAt(errors, 'system')}>
          {(described) => (
            <TextArea
              {...described}
              rows={10}
              value={body.system ?? ''}
              onChange={(event) => change({ system: event.target.value || null })}
            />
          )}
        </Field>
      </Section>
      <BuiltInTools {...props} />
      <McpServers {...props} />
      <CustomTools {...props} />
      <Section
        title={t('agents.section.metadata')}
        text={t('agents.metadataHint')}
        error={errorAt(errors, 'metadata')}
      >
        <KeyValues
          label={t('agents.section.metadata')}
          value={body.metadata}
          onChange={(metadata) => change({ metadata })}
        />
      </Section>
    </fieldset>
  );
}

function ModelFields({ body, change, errors }: FormProps): ReactNode {
  const { t } = useTranslation();
  const models = useQuery(modelsQuery);
  const { id, effort } = body.model;
  const isListed = models.data?.some((model) => model.id === id) ?? false;
  const choose = (next: string): void => change({ model: { ...body.model, id: next } });
  return (
    <div className="flex flex-wrap gap-4">
      <Field
        label={t('agents.model')}
        hint={models.isError ? t('agents.modelsUnknown') : undefined}
        error={errorAt(errors, 'model')}
        className="min-w-56 flex-1"
      >
        {(described) =>
          models.data ? (
            <Select {...described} value={id} onChange={(event) => choose(event.target.value)}>
              {!isListed && <option value={id}>{id || t('agents.chooseModel')}</option>}
              {models.data.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.display_name}
                </option>
              ))}
            </Select>
          ) : (
            <TextInput {...described} value={id} onChange={(event) => choose(event.target.value)} />
          )
        }
      </Field>
      <Field label={t('agents.effort')} hint={t('agents.effortHint')} className="w-52">
        {(described) => (
          <Select
            {...described}
            value={effort?.type ?? ''}
            onChange={(event) => {
              const { effort: _, ...model } = body.model;
              const type = event.target.value;
              change({ model: type === '' ? { ...model, id } : { ...model, id, effort: { type } } });
            }}
          >
            <option value="">{t('agents.effortDefault')}</option>
            {EFFORTS.map((one) => (
              <option key={one} value={one}>
                {t(`agents.efforts.${one}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  );
}
