import { useEffect, type ReactNode } from 'react';
import { useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Field, TextArea } from '../../ui/field.tsx';
import type { Values } from './form/values.ts';

/** What the page is for: large, first, and ready to be typed into. */
export function PromptField(): ReactNode {
  const { t } = useTranslation();
  const { register, setFocus, formState } = useFormContext<Values>();
  useEffect(() => setFocus('text.prompt'), [setFocus]);
  return (
    <div data-field="prompt">
      <Field label={t('start.prompt')} error={formState.errors.text?.['prompt']?.message}>
        {(described) => (
          <TextArea
            {...described}
            aria-required
            {...register('text.prompt')}
            rows={7}
            placeholder={t('start.promptPlaceholder')}
            className="!px-3 !py-2.5 !text-base"
          />
        )}
      </Field>
    </div>
  );
}
