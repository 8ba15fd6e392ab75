// Variables of the environment that have the names of others.

/** Where the model is. */
export const MODEL_VARIABLES = {
  ANTHROPIC_API_KEY: 'credential of the model provider; without one the server starts in demo mode',
  ANTHROPIC_AUTH_TOKEN: 'the same as a bearer token; wins over ANTHROPIC_API_KEY',
  ANTHROPIC_BASE_URL: 'where the Messages API is (default: https://api.anthropic.com)',
} as const;

/** The standard ones of OpenTelemetry that the server knows. */
export const TELEMETRY_VARIABLES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'where a collector takes OTLP over HTTP; without it nothing is sent',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'the whole URL for spans, when they go elsewhere',
  OTEL_EXPORTER_OTLP_HEADERS: 'name=value,… for the collector; agents never get them',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'the same, for spans alone',
  OTEL_SERVICE_NAME: 'service.name of the spans (default: bullpen)',
  OTEL_RESOURCE_ATTRIBUTES: 'name=value,… about this server',
  OTEL_TRACES_SAMPLER: 'parentbased_always_on (default) or parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: 'the part of the traces that is sent, from 0 to 1',
  OTEL_TRACES_EXPORTER: 'none: no spans are sent',
  OTEL_SDK_DISABLED: 'true: nothing is sent',
} as const;
