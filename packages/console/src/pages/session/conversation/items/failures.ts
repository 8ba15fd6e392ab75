import type { ErrorItem } from '../../../../live/session-items.ts';

/** What the provider or the agent said of it: the server's message has it in brackets at its end. */
export function detailOf({ message, words }: ErrorItem): string | undefined {
  const detail = /\.\s\(([\s\S]*)\)$/.exec(message)?.[1];
  return words !== undefined && (detail === undefined || words.includes(detail)) ? words : detail;
}

/** Something is missing, and the agent works without it. */
export function isWarning({ retry, failureType, type }: ErrorItem): boolean {
  return retry === 'retrying' && failureType === undefined && !type.startsWith('model_');
}
