import type { TFunction } from 'i18next';
import { failures } from '../i18n/en/failures.ts';

/** Why a run failed, in the language of the page; what it does not know, in the server's words. */
export function failureText(
  { type, message }: { type?: string | undefined; message: string },
  t: TFunction,
): string {
  const text: string = isKnown(type) ? t(`failures.${type}`) : '';
  if (text === '') return message;
  // What the provider or the agent said of it stands in brackets behind the server's sentence.
  const [, detail] = /\.\s\((.*)\)$/s.exec(message) ?? [];
  return detail === undefined ? text : `${text}（${detail}）`;
}

function isKnown(type: string | undefined): type is keyof typeof failures {
  return type !== undefined && type in failures;
}
