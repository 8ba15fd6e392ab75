import type { ReactNode } from 'react';
import { useController, useFormContext } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Field, Select, TextArea, TextInput, type Described } from '../../../ui/field.tsx';
import { Hint } from '../../../ui/hint.tsx';
import { useFieldTexts, optionTexts } from '../field-texts.ts';
import type { FormField } from '../form/fields.ts';
import { nameOf } from '../form/names.ts';
import type { Values } from '../form/values.ts';
import { AgentControl } from './agent-control.tsx';
import { ChipsControl } from './chips-control.tsx';
import { ChoicesControl, RadioControl } from './choice-controls.tsx';
import { DirectoryControl } from './directory-control.tsx';
import { EnvironmentControl } from './environment-control.tsx';
import { GroupField } from './group-field.tsx';
import { JsonControl } from './json-control.tsx';
import { ModelControl } from './model-control.tsx';
import { PairsControl } from './pairs-control.tsx';
import { ResourcesControl } from './resources-control.tsx';
import { ServersControl } from './servers-control.tsx';

/** A field with its name, what it is for and what is wrong with it. */
export function FieldControl({ field }: { field: FormField }): ReactNode {
  const { label, hint } = useFieldTexts()(field);
  const { control } = useFormContext<Values>();
  const { fieldState } = useController({ control, name: nameOf(field) });
  const error = fieldState.error?.message;
  const shown = hint === '' ? undefined : <Hint text={hint} />;
  const isGroup = GROUPED.has(field.control.kind) || isExplained(field);
  return (
    <div data-field={field.key}>
      {isGroup ? (
        <GroupField label={label} hint={shown} error={error}>
          <GroupedControl field={field} />
        </GroupField>
      ) : (
        <Field label={label} hint={shown} error={error}>
          {(described) => <SingleControl field={field} described={described} />}
        </Field>
      )}
    </div>
  );
}

/** Made of several controls, each with a name of its own. */
const GROUPED: ReadonlySet<string> = new Set(['pairs', 'servers', 'resources', 'choices']);

function isExplained({ key, control }: FormField): boolean {
  return control.kind === 'choice' && (key === 'permission_mode' || key === 'on_ask');
}

function GroupedControl({ field }: { field: FormField }): ReactNode {
  const { control, key } = field;
  switch (control.kind) {
    case 'pairs':
      return <PairsControl name={`pairs.${key}`} />;
    case 'servers':
      return <ServersControl />;
    case 'resources':
      return <ResourcesControl />;
    case 'choices':
      return <ChoicesControl field={field} options={control.options} />;
    case 'choice':
      return <RadioControl field={field} options={control.options} />;
    default:
      return null;
  }
}

function SingleControl({ field, described }: { field: FormField; described: Described }): ReactNode {
  const { t } = useTranslation();
  const { register } = useFormContext<Values>();
  const { key, control } = field;
  const name = `text.${key}` as const;
  const required = { 'aria-required': field.required || undefined };
  switch (control.kind) {
    case 'texts':
      return <ChipsControl name={`list.${key}`} described={described} />;
    case 'directory':
      return <DirectoryControl name={name} described={described} />;
    case 'model':
      return <ModelControl name={name} described={described} />;
    case 'agent':
      return <AgentControl described={described} />;
    case 'environment':
      return <EnvironmentControl described={described} />;
    case 'json':
      return <JsonControl field={field} described={described} />;
    case 'long':
    case 'message':
      return <TextArea {...described} {...required} {...register(name)} rows={4} />;
    case 'number':
    case 'budget':
      return (
        <TextInput
          {...described}
          {...required}
          {...register(name)}
          inputMode={control.kind === 'number' && control.whole ? 'numeric' : 'decimal'}
          autoComplete="off"
          className="max-w-48 tabular-nums"
        />
      );
    case 'flag':
      return (
        <Select {...described} {...register(name)} className="max-w-48">
          <option value="">{t('start.notSet')}</option>
          <option value="true">{t('start.yes')}</option>
          <option value="false">{t('start.no')}</option>
        </Select>
      );
    case 'choice':
      return (
        <Select {...described} {...register(name)} className="max-w-80">
          <option value="">{t('start.notSet')}</option>
          {control.options.map((option) => (
            <option key={option} value={option}>
              {optionTexts(field, option, t).label}
            </option>
          ))}
        </Select>
      );
    default:
      return <TextInput {...described} {...required} {...register(name)} autoComplete="off" />;
  }
}
