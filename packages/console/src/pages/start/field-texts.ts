import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { start } from '../../i18n/en/start.ts';
import type { FormField } from './form/fields.ts';
import type { Fault } from './form/read.ts';

/** What a field is called, and what it is for: by the translations, else in the words of the API. */
export function useFieldTexts(): (field: FormField) => { label: string; hint: string } {
  const { t } = useTranslation();
  return (field) => ({ label: labelOf(field, t), hint: hintOf(field, t) });
}

export function labelOf({ key }: FormField, t: TFunction): string {
  return isKnown(key) ? t(`start.fields.${key}.label`) : key.replace(/^override_/, '').replaceAll('_', ' ');
}

function hintOf({ key, description }: FormField, t: TFunction): string {
  // A translation without a hint leaves it to the API.
  const known = isKnown(key) ? t(`start.fields.${key}.hint`) : '';
  return (known || (description ?? '')).trim();
}

/** One of the values that a choice takes, in words. */
export function optionTexts(
  { key }: FormField,
  option: string,
  t: TFunction,
): { label: string; text: string | undefined } {
  if (key === 'permission_mode' && option in start.modes) {
    const mode = option as keyof typeof start.modes;
    return { label: t(`start.modes.${mode}.label`), text: t(`start.modes.${mode}.text`) };
  }
  if (key === 'on_ask' && option in start.asks) {
    const answer = option as keyof typeof start.asks;
    return { label: t(`start.asks.${answer}.label`), text: t(`start.asks.${answer}.text`) };
  }
  if (key === 'setting_sources' && option === 'project') {
    return { label: t('start.sources.project'), text: undefined };
  }
  return { label: option, text: undefined };
}

export function faultText({ code, values }: Fault, t: TFunction): string {
  return t(`start.faults.${code}`, { limit: '', name: '', reason: '', ...values });
}

function isKnown(key: string): key is keyof typeof start.fields {
  return key in start.fields;
}
