import { Plus, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tool } from '../../lib/agent-body.ts';
import { isRecord } from '../../lib/json.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, TextArea, TextInput } from '../../ui/field.tsx';
import type { FormProps } from './agent-form.tsx';
import { errorAt, type FieldErrors } from './field-errors.ts';
import { Section } from './section.tsx';

/** Tools that the client carries out. */
export function CustomTools({ body, change, errors }: FormProps): ReactNode {
  const { t } = useTranslation();
  const { tools } = body;
  const replace = (index: number, next: Tool): void =>
    change({ tools: tools.map((tool, place) => (place === index ? next : tool)) });
  return (
    <Section
      title={t('agents.section.custom')}
      text={t('agents.customHint')}
      error={errors['tools']}
      actions={
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() =>
            change({
              tools: [
                ...tools,
                {
                  type: 'custom',
                  name: '',
                  description: '',
                  input_schema: { type: 'object', properties: {} },
                },
              ],
            })
          }
        >
          {t('agents.custom.add')}
        </Button>
      }
    >
      {tools.map(
        (tool, index) =>
          tool.type === 'custom' && (
            <CustomTool
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              tool={tool}
              path={`tools.${index}`}
              errors={errors}
              onChange={(next) => replace(index, next)}
              onRemove={() => change({ tools: tools.filter((_, place) => place !== index) })}
            />
          ),
      )}
    </Section>
  );
}

function CustomTool({
  tool,
  path,
  errors,
  onChange,
  onRemove,
}: {
  tool: Tool;
  path: string;
  errors: FieldErrors;
  onChange: (tool: Tool) => void;
  onRemove: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const name = typeof tool['name'] === 'string' ? tool['name'] : '';
  const description = typeof tool['description'] === 'string' ? tool['description'] : '';
  return (
    <div role="group" aria-label={name} className="flex flex-col gap-3 rounded-md border p-3">
      <div className="flex items-start gap-3">
        <Field label={t('agents.custom.name')} error={errorAt(errors, `${path}.name`)} className="flex-1">
          {(described) => (
            <TextInput
              {...described}
              className="font-mono"
              value={name}
              onChange={(event) => onChange({ ...tool, name: event.target.value })}
            />
          )}
        </Field>
        <IconButton label={t('agents.custom.remove', { name })} className="mt-6" onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      <Field label={t('agents.custom.description')} error={errorAt(errors, `${path}.description`)}>
        {(described) => (
          <TextArea
            {...described}
            rows={2}
            value={description}
            onChange={(event) => onChange({ ...tool, description: event.target.value })}
          />
        )}
      </Field>
      <JsonField
        label={t('agents.custom.schema')}
        value={tool['input_schema']}
        error={errorAt(errors, `${path}.input_schema`)}
        onChange={(schema) => onChange({ ...tool, input_schema: schema })}
      />
    </div>
  );
}

/** An object as JSON. What cannot be read is not taken over. */
function JsonField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: unknown;
  error: string | undefined;
  onChange: (value: Record<string, unknown>) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<{ text: string; value: unknown }>();
  const parsed = typed && parse(typed.text);
  // What was typed is shown for as long as it is what there is.
  const isTyped = typed !== undefined && (typed.value === value || parsed === undefined);
  return (
    <Field label={label} error={isTyped && parsed === undefined ? t('agents.custom.noJson') : error}>
      {(described) => (
        <TextArea
          {...described}
          rows={6}
          spellCheck={false}
          className="font-mono !text-xs"
          value={isTyped ? typed.text : JSON.stringify(value ?? {}, null, 2)}
          onChange={({ target: { value: text } }) => {
            const next = parse(text);
            setTyped({ text, value: next ?? value });
            if (next) onChange(next);
          }}
        />
      )}
    </Field>
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
