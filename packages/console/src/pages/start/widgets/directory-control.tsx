import { useDeferredValue, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../../lib/problem.ts';
import { Combobox } from '../../../ui/combobox.tsx';
import type { Described } from '../../../ui/field.tsx';
import type { Values } from '../form/values.ts';
import { useDirectories } from '../queries.ts';

/** A directory of the server's machine, completed inside of what the server allows. */
export function DirectoryControl({
  name,
  described,
}: {
  name: `text.${string}`;
  described: Described;
}): ReactNode {
  const { field } = useController<Values, typeof name>({ name });
  return (
    <DirectoryInput
      described={described}
      value={field.value ?? ''}
      onChange={field.onChange}
      onBlur={field.onBlur}
    />
  );
}

export function DirectoryInput({
  described,
  value,
  onChange,
  onBlur,
}: {
  described: Described;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const typed = useDeferredValue(value);
  const { data, error } = useDirectories(typed);
  const entries = data?.entries ?? [];
  const note = error
    ? toProblem(error).message
    : data && entries.length === 0 && typed !== '' && !typed.endsWith('/')
      ? t('start.directory.none')
      : data?.truncated
        ? t('start.directory.truncated')
        : undefined;
  return (
    <Combobox
      described={described}
      value={value}
      onChange={onChange}
      // So that typing goes on inside of it.
      onPick={(path) => onChange(`${path}/`)}
      onBlur={() => {
        if (value.length > 1 && value.endsWith('/')) onChange(value.replace(/\/+$/, ''));
        onBlur?.();
      }}
      suggestions={entries.map(({ path }) => ({ value: path, label: path }))}
      listLabel={t('start.suggestions')}
      note={note === '' ? undefined : note}
      placeholder={t('start.directory.placeholder')}
    />
  );
}
