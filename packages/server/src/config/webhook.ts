import type { Config } from '../config.ts';
import { ConfigError } from './error.ts';
import type { Value } from './value.ts';

const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** An address that messages can be sent to. Many receivers know their senders by an address that nobody can guess. */
export const webhookUrl: Value<string> = {
  placeholder: '<url>',
  wanted: 'a URL that begins with https:// or http://, without user name and password',
  parse(given) {
    if (typeof given !== 'string' || !/^https?:\/\/\S+$/.test(given) || !URL.canParse(given))
      return undefined;
    const { username, password } = new URL(given);
    return username === '' && password === '' ? given : undefined;
  },
};

/** The bytes of a secret as Standard Webhooks writes it. */
export const webhookSecret: Value<Buffer> = {
  placeholder: '<secret>',
  wanted: `whsec_ and ${MIN_BYTES} to ${MAX_BYTES} random bytes in base64`,
  parse(given) {
    const match = typeof given === 'string' ? /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(given) : null;
    const bytes = Buffer.from(match?.[1] ?? '', 'base64');
    return bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES ? bytes : undefined;
  },
};

/** Both or neither: an unsigned message proves nothing. Throws ConfigError. */
export function readWebhook(url: string | undefined, secret: Buffer | undefined): Config['webhook'] {
  if (url !== undefined && secret !== undefined) return { url, secret };
  if (url === undefined && secret === undefined) return undefined;
  const [set, missing] =
    url === undefined ? ['webhook-secret', 'webhook-url'] : ['webhook-url', 'webhook-secret'];
  throw new ConfigError(`${set} is set without ${missing}; set both, or neither.`);
}
