import { useId, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Checkbox } from '../../../ui/field.tsx';
import { optionTexts } from '../field-texts.ts';
import type { FormField } from '../form/fields.ts';
import type { Values } from '../form/values.ts';

interface Props {
  field: FormField;
  options: readonly string[];
}

/** One of a few, each explained. */
export function RadioControl({ field: { key, ...field }, options }: Props): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const { field: input } = useController<Values, `text.${string}`>({ name: `text.${key}` });
  const chosen = input.value ?? '';
  return (
    <div className="grid gap-1.5 sm:grid-cols-2">
      {['', ...options].map((option) => {
        const { label, text } =
          option === ''
            ? { label: t('start.serverDecides.label'), text: t('start.serverDecides.text') }
            : optionTexts({ key, ...field }, option, t);
        return (
          <label
            key={option}
            className="flex items-start gap-2 rounded-md border bg-surface px-2.5 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={id}
              value={option}
              checked={chosen === option}
              onChange={() => input.onChange(option)}
              className="mt-[3px] size-4 shrink-0 accent-accent"
              aria-describedby={text === undefined ? undefined : `${id}-${option}`}
              aria-label={label}
            />
            <span className="min-w-0">
              <span className="text-sm font-medium">{label}</span>
              {option !== '' && <code className="ml-1.5 text-2xs text-muted">{option}</code>}
              {text !== undefined && (
                <span id={`${id}-${option}`} className="block text-xs text-muted">
                  {text}
                </span>
              )}
            </span>
          </label>
        );
      })}
    </div>
  );
}

/** Any of a few. */
export function ChoicesControl({ field, options }: Props): ReactNode {
  const { t } = useTranslation();
  const { field: input } = useController<Values, `list.${string}`>({ name: `list.${field.key}` });
  const chosen = input.value ?? [];
  return options.map((option) => (
    <Checkbox
      key={option}
      label={optionTexts(field, option, t).label}
      checked={chosen.includes(option)}
      onChange={(event) =>
        input.onChange(
          event.target.checked ? [...chosen, option] : chosen.filter((other) => other !== option),
        )
      }
    />
  ));
}
