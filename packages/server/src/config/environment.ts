import type { ModelConfig } from '../config.ts';
import { ConfigError } from './error.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PROVIDER_URL = 'https://api.anthropic.com';

/** Nothing else of the server's environment reaches an agent. */
const AGENT_VARIABLES = /^(PATH|LANG|LC_[A-Z]+|TZ|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL))$/;

/** Where the model is: the provider of the `ANTHROPIC_*` variables, or the demo without a credential. */
export function readModel(env: Env, demo: boolean): ModelConfig {
  const token = readCredential(env, 'ANTHROPIC_AUTH_TOKEN');
  const key = readCredential(env, 'ANTHROPIC_API_KEY');
  if (demo || !(token || key)) return { mode: 'demo' };
  const baseUrl = readBaseUrl(env['ANTHROPIC_BASE_URL']?.trim() || PROVIDER_URL);
  return {
    mode: 'provider',
    baseUrl,
    headers: token ? { authorization: `Bearer ${token}` } : { 'x-api-key': key },
  };
}

export function readAgentEnv(env: Env): Record<string, string> {
  const kept: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && AGENT_VARIABLES.test(name)) kept[name] = value;
  }
  return kept;
}

function readCredential(env: Env, name: string): string {
  const value = env[name]?.trim() ?? '';
  if (/^[\x21-\x7e]*$/.test(value)) return value;
  throw new ConfigError(`${name} is not valid; it must be printable ASCII characters without spaces.`);
}

function readBaseUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash) {
    return url.href.replace(/\/+$/, '');
  }
  throw new ConfigError(
    'ANTHROPIC_BASE_URL is not valid; it must be a URL such as https://api.anthropic.com, without a user, query or fragment.',
  );
}
