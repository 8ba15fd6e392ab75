import type { Config } from '../config.ts';
import { SECOND } from '../lib/duration.ts';
import { VERSION } from '../lib/version.ts';
import { ConfigError } from './error.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PROTOCOL = 'http/protobuf';
const EXPORT_MS = String(3 * SECOND);

/**
 * Where telemetry is sent, by the standard `OTEL_*` variables: the server's own spans, and what agents tell of
 * themselves when the operator wants that. Without an endpoint nothing is sent.
 */
export function readTelemetry(
  env: Env,
  { traceContent, agentTelemetry }: { traceContent: boolean; agentTelemetry: boolean },
): Pick<Config, 'traces' | 'agentTelemetry'> {
  const read = (name: string): string => env[name]?.trim() ?? '';
  const isOff = read('OTEL_SDK_DISABLED').toLowerCase() === 'true';
  const endpoint = isOff ? '' : readUrl('OTEL_EXPORTER_OTLP_ENDPOINT', read('OTEL_EXPORTER_OTLP_ENDPOINT'));
  const own = isOff
    ? ''
    : readUrl('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'));
  if (agentTelemetry && endpoint === '') {
    throw new ConfigError('agent-telemetry is on, which needs OTEL_EXPORTER_OTLP_ENDPOINT; set it.');
  }
  if (endpoint === '' && own === '') return { traces: undefined, agentTelemetry: undefined };
  expectOneOf(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', [PROTOCOL]);
  expectOneOf(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', [PROTOCOL]);

  const resource = {
    'service.name': 'bullpen',
    'service.version': VERSION,
    ...readPairs('OTEL_RESOURCE_ATTRIBUTES', read('OTEL_RESOURCE_ATTRIBUTES')),
    ...(read('OTEL_SERVICE_NAME') && { 'service.name': read('OTEL_SERVICE_NAME') }),
  };
  const traces = {
    url: own || `${endpoint}/v1/traces`,
    headers: {
      ...readPairs('OTEL_EXPORTER_OTLP_HEADERS', read('OTEL_EXPORTER_OTLP_HEADERS')),
      ...readPairs('OTEL_EXPORTER_OTLP_TRACES_HEADERS', read('OTEL_EXPORTER_OTLP_TRACES_HEADERS')),
    },
    resource,
    sampleRatio: readSampleRatio(env),
    withContent: traceContent,
  };
  return {
    traces: read('OTEL_TRACES_EXPORTER') === 'none' ? undefined : traces,
    agentTelemetry: agentTelemetry ? agentVariables(endpoint, traceContent) : undefined,
  };
}

/** Never the console exporter: standard output is the agent's line to the server. No header: it may be a credential. */
function agentVariables(endpoint: string, withContent: boolean): Record<string, string> {
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: PROTOCOL,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    // Processes are killed, so what they tell must not wait for their end.
    OTEL_METRIC_EXPORT_INTERVAL: EXPORT_MS,
    OTEL_LOGS_EXPORT_INTERVAL: EXPORT_MS,
    OTEL_TRACES_EXPORT_INTERVAL: EXPORT_MS,
    ...(withContent && { OTEL_LOG_USER_PROMPTS: '1' }),
  };
}

function readSampleRatio(env: Env): number {
  const sampler = expectOneOf(env, 'OTEL_TRACES_SAMPLER', [
    'parentbased_always_on',
    'parentbased_traceidratio',
  ]);
  if (sampler !== 'parentbased_traceidratio') return 1;
  const ratio = Number(env['OTEL_TRACES_SAMPLER_ARG']?.trim() || '1');
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigError('OTEL_TRACES_SAMPLER_ARG is not valid; it must be a number from 0 to 1.');
}

function expectOneOf(env: Env, name: string, choices: readonly string[]): string {
  const value = env[name]?.trim() ?? '';
  if (value === '' || choices.includes(value)) return value;
  throw new ConfigError(`${name} is "${value}"; it must be ${choices.join(' or ')}.`);
}

function readUrl(name: string, value: string): string {
  if (value === '') return '';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new ConfigError(`${name} is not valid; it must be a URL such as http://127.0.0.1:4318.`);
}

/** `a=1,b=two%20words`. The value is not repeated: it may be a secret. */
function readPairs(name: string, value: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of value.split(',')) {
    if (part.trim() === '') continue;
    const split = part.indexOf('=');
    const key = part.slice(0, split).trim();
    if (split < 0 || key === '') throw invalidPairs(name);
    try {
      pairs[key] = decodeURIComponent(part.slice(split + 1).trim());
    } catch {
      throw invalidPairs(name);
    }
  }
  return pairs;
}

function invalidPairs(name: string): ConfigError {
  return new ConfigError(`${name} is not valid; it must be name=value pairs with commas between them.`);
}
