import type { ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Combobox } from '../../../ui/combobox.tsx';
import type { Described } from '../../../ui/field.tsx';
import type { Values } from '../form/values.ts';
import { ALIASES, useModels } from '../queries.ts';

/** A model of the provider, an alias, or whatever else is typed. */
export function ModelControl({
  name,
  described,
}: {
  name: `text.${string}`;
  described: Described;
}): ReactNode {
  const { t } = useTranslation();
  const { field } = useController<Values, typeof name>({ name });
  const { data = [] } = useModels();
  const value = field.value ?? '';
  const all = [
    ...ALIASES.map((alias) => ({ value: alias, label: alias, hint: t('start.alias') })),
    ...data.map(({ id, name: shown }) => ({ value: id, label: id, hint: shown === id ? undefined : shown })),
  ];
  // What was chosen says nothing about what else there is.
  const isChosen = all.some((one) => one.value === value);
  return (
    <Combobox
      described={described}
      value={value}
      onChange={field.onChange}
      onBlur={field.onBlur}
      suggestions={isChosen ? all : all.filter((one) => one.value.includes(value.trim().toLowerCase()))}
      listLabel={t('start.suggestions')}
      placeholder={t('start.modelPlaceholder')}
      className="max-w-md"
    />
  );
}
