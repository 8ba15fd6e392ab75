import { readStored, store } from '../../lib/storage.ts';
import { EMPTY, parseDraft, type Values } from './form/values.ts';

// What was typed and not sent. The text is kept for good; the options, among which may be secrets, until the tab is closed.
const TEXT = 'start.prompt';
const OPTIONS = 'start.options';

export function readDraft(): Values {
  const draft = parseDraft(readStored(OPTIONS));
  const prompt = readStored(TEXT);
  return { ...draft, text: { ...draft.text, ...(prompt !== undefined && { prompt }) } };
}

export function keepDraft(values: Values): void {
  const { prompt = '', ...text } = values.text;
  const options: Values = { ...values, text };
  store(TEXT, prompt === '' ? undefined : prompt);
  store(OPTIONS, JSON.stringify(options), 'session');
}

export function forgetDraft(): void {
  store(TEXT, undefined);
  store(OPTIONS, JSON.stringify(EMPTY), 'session');
}
