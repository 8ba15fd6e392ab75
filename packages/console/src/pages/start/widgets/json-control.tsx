import type { ReactNode } from 'react';
import { useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { TextArea, type Described } from '../../../ui/field.tsx';
import type { FormField } from '../form/fields.ts';
import type { Values } from '../form/values.ts';

const EXAMPLES: Readonly<Record<string, unknown>> = {
  output_schema: {
    type: 'object',
    properties: {
      summary: { type: 'string' },
      findings: { type: 'array', items: { type: 'string' } },
    },
    required: ['summary', 'findings'],
  },
  override_tools: [{ type: 'agent_toolset_20260401' }],
  override_mcp_servers: [{ type: 'url', name: 'docs', url: 'https://example.com/mcp' }],
};

export function JsonControl({ field, described }: { field: FormField; described: Described }): ReactNode {
  const { t } = useTranslation();
  const { register, setValue } = useFormContext<Values>();
  const name = `text.${field.key}` as const;
  const example = EXAMPLES[field.key];
  return (
    <div className="flex flex-col items-start gap-1.5">
      <TextArea
        {...described}
        {...register(name)}
        rows={6}
        spellCheck={false}
        autoCapitalize="none"
        className="font-mono text-xs"
      />
      {example !== undefined && (
        <Button
          size="sm"
          onClick={() =>
            setValue(name, JSON.stringify(example, null, 2), { shouldDirty: true, shouldValidate: true })
          }
        >
          {t('start.example')}
        </Button>
      )}
    </div>
  );
}
