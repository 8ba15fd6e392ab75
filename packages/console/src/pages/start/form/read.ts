import type { FormField } from './fields.ts';
import { toResource } from './resources.ts';
import { findServerFault, toMcpServers } from './servers.ts';
import type { Values } from './values.ts';

/** Why a value cannot be sent; `start.faults.<code>` says it in words. */
export interface Fault {
  code:
    | 'required'
    | 'short'
    | 'long'
    | 'number'
    | 'whole'
    | 'least'
    | 'above'
    | 'most'
    | 'json'
    | 'object'
    | 'array'
    | 'nameless'
    | 'twice'
    | 'server'
    | 'resource'
    | 'cents';
  values?: Record<string, string | number>;
}

/** What a field has to say: a value, nothing, or that what stands there is none. */
export type Reading = { value?: unknown; fault?: undefined } | { fault: Fault };

export function readField(field: FormField, values: Values): Reading {
  const { control, key } = field;
  switch (control.kind) {
    case 'texts':
    case 'choices': {
      const list = values.list[key] ?? [];
      return list.length > 0 ? { value: list } : {};
    }
    case 'pairs':
      return readPairs(values.pairs[key] ?? []);
    case 'servers':
      return readServers(values);
    case 'resources':
      if (values.resources.some(({ target }) => target.trim() === '')) return fault('resource');
      return values.resources.length > 0 ? { value: values.resources.map(toResource) } : {};
    default: {
      const text = values.text[key] ?? '';
      if (text.trim() === '') return field.required ? fault('required') : {};
      return readText(field, text, values);
    }
  }
}

function readText({ control, key }: FormField, text: string, values: Values): Reading {
  switch (control.kind) {
    case 'number':
      return readNumber(control, text);
    case 'flag':
      return { value: text === 'true' };
    case 'json':
      return readJson(control.shape, text);
    case 'text': {
      const { minLength = 0, maxLength = Infinity } = control;
      if (text.length < minLength) return fault('short', { limit: minLength });
      return text.length > maxLength ? fault('long', { limit: maxLength }) : { value: text };
    }
    case 'budget': {
      const cents = Number(text) * 100;
      if (!Number.isFinite(cents)) return fault('number');
      if (cents < 1 || Math.abs(cents - Math.round(cents)) > 1e-6) return fault('cents');
      const amount = String(Math.round(cents));
      return { value: { type: 'limit', max_list_cost: { amount, currency: 'USD' } } };
    }
    case 'message':
      return { value: [{ type: 'user.message', content: [{ type: 'text', text }] }] };
    case 'agent': {
      const version = Number(values.text[`${key}_version`] ?? '');
      return { value: version > 0 ? { type: 'agent', id: text, version } : text };
    }
    case 'long':
    case 'directory':
    case 'model':
    case 'environment':
    case 'choice':
      return { value: control.kind === 'long' ? text : text.trim() };
    default:
      return {};
  }
}

function readNumber(
  { whole, minimum, above, maximum }: Extract<FormField['control'], { kind: 'number' }>,
  text: string,
): Reading {
  const number = Number(text);
  if (!Number.isFinite(number)) return fault('number');
  if (whole && !Number.isInteger(number)) return fault('whole');
  if (minimum !== undefined && number < minimum) return fault('least', { limit: minimum });
  if (above !== undefined && number <= above) return fault('above', { limit: above });
  if (maximum !== undefined && number > maximum) return fault('most', { limit: maximum });
  return { value: number };
}

function readJson(shape: 'object' | 'array' | 'any', text: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault('json', { reason: error instanceof Error ? error.message : '' });
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (shape === 'object' && !isObject) return fault('object');
  return shape === 'array' && !Array.isArray(value) ? fault('array') : { value };
}

function readPairs(rows: readonly { name: string; value: string }[]): Reading {
  const named = rows
    .map(({ name, value }) => ({ name: name.trim(), value }))
    .filter(({ name, value }) => name !== '' || value !== '');
  if (named.some(({ name }) => name === '')) return fault('nameless');
  const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) < index);
  if (twice) return fault('twice', { name: twice.name });
  return named.length > 0 ? { value: Object.fromEntries(named.map(({ name, value }) => [name, value])) } : {};
}

function readServers({ servers }: Values): Reading {
  if (servers.length === 0) return {};
  const isFaulty = servers.some((row) => findServerFault(row, servers) !== undefined);
  return isFaulty ? fault('server') : { value: toMcpServers(servers) };
}

function fault(code: Fault['code'], values?: Fault['values']): Reading {
  return { fault: { code, ...(values && { values }) } };
}
