import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Config } from '#src/config.ts';
import { ConfigError } from '#src/config/error.ts';
import { readConfig } from '#src/config/read-config.ts';
import { MINUTE, SECOND } from '#src/lib/duration.ts';

const GIB = 2 ** 30;
const MACHINE = { cores: 4, memoryBytes: 16 * GIB, terminal: false };
const KEY = 'a-key-of-22-characters';

const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'bullpen-config-')));
afterAll(() => rmSync(cwd, { recursive: true }));

function read({
  flags = {},
  env = {},
  file,
  machine = MACHINE,
}: {
  flags?: Record<string, string>;
  env?: Record<string, string>;
  file?: unknown;
  machine?: typeof MACHINE;
} = {}): Config {
  const all = new Map(Object.entries(flags));
  if (file !== undefined) {
    writeFileSync(join(cwd, 'bullpen.json'), typeof file === 'string' ? file : JSON.stringify(file));
    all.set('config', 'bullpen.json');
  }
  return readConfig({ flags: all, env, cwd, machine });
}

function refusal(sources: Parameters<typeof read>[0]): string {
  try {
    read(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('defaults', () => {
  it('are those of one person on one machine, with the demo model', () => {
    expect(read({ env: { PATH: '/bin' } })).toEqual({
      host: '127.0.0.1',
      port: 8000,
      dataDir: join(cwd, '.bullpen'),
      databaseUrl: undefined,
      sharedWorkspaces: undefined,
      apiKeys: [],
      allowedHosts: [],
      corsOrigins: [],
      allowedRoots: [cwd, join(cwd, '.bullpen')],
      trustedRoots: [],
      defaultCwd: undefined,
      webhook: undefined,
      allowedPermissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions', 'dontAsk', 'auto'],
      defaultOnAsk: 'deny',
      allowedEnv: [],
      maxAgents: 32,
      maxSpawns: 4,
      idleTtlMs: 5 * MINUTE,
      agentMemoryBytes: 4 * GIB,
      minFreeMemoryBytes: GIB / 2,
      maxRunMs: 120 * MINUTE,
      retryDelaysMs: [0, 5 * SECOND, 30 * SECOND],
      shutdownGraceMs: 30 * SECOND,
      maxQueue: 1000,
      maxSessionEvents: 100_000,
      maxSessionBytes: GIB,
      maxToolOutputBytes: 256 * 1024,
      maxStreams: 5000,
      streamStallMs: 2 * MINUTE,
      minFreeDiskBytes: GIB / 4,
      keepSessionsMs: 0,
      keepTranscriptsMs: 0,
      keepWorkspacesMs: 0,
      acceptUnknownFields: false,
      hostedStrictness: false,
      stdioMcp: false,
      defaultModel: undefined,
      modelPatienceMs: 900_000,
      sandbox: 'auto',
      logLevel: 'info',
      logFormat: 'json',
      traces: undefined,
      agentTelemetry: undefined,
      model: { mode: 'demo' },
      agentEnv: { PATH: '/bin' },
    } satisfies Config);
  });

  it.each([
    [
      { cores: 1, memoryBytes: GIB / 2 },
      { maxAgents: 2, maxSpawns: 1, agentMemoryBytes: GIB / 2 },
    ],
    [
      { cores: 2, memoryBytes: 2 * GIB },
      { maxAgents: 4, maxSpawns: 2, agentMemoryBytes: GIB },
    ],
    [
      { cores: 64, memoryBytes: 256 * GIB },
      { maxAgents: 512, maxSpawns: 64, agentMemoryBytes: 4 * GIB },
    ],
  ])('fit the machine: %o', (machine, expected) => {
    expect(read({ machine: { ...machine, terminal: false } })).toMatchObject(expected);
  });

  it('log for people on a terminal', () => {
    expect(read({ machine: { ...MACHINE, terminal: true } }).logFormat).toBe('pretty');
  });
});

describe('precedence', () => {
  it('is flag, variable, file, default', () => {
    const file = { port: 1, 'max-agents': 1, 'max-spawns': 1 };
    const env = { BULLPEN_PORT: '2', BULLPEN_MAX_AGENTS: '2' };
    const config = read({ file, env, flags: { port: '3' } });
    expect([config.port, config.maxAgents, config.maxSpawns]).toEqual([3, 2, 1]);
  });

  it('takes an empty value as absent', () => {
    expect(read({ env: { BULLPEN_PORT: '', BULLPEN_DATABASE_URL: ' ' } })).toMatchObject({
      port: 8000,
      databaseUrl: undefined,
    });
  });

  it('takes the path of the file from BULLPEN_CONFIG too', () => {
    writeFileSync(join(cwd, 'other.json'), '{"port": 4}');
    expect(read({ env: { BULLPEN_CONFIG: 'other.json' } }).port).toBe(4);
  });
});

describe('values', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30 * SECOND],
    ['1.5m', 90 * SECOND],
    ['2h', 120 * MINUTE],
    ['0', 0],
  ])('read the duration %s', (text, expected) => {
    expect(read({ flags: { 'idle-ttl': text } }).idleTtlMs).toBe(expected);
  });

  it.each([
    ['512MiB', GIB / 2],
    ['1.5GiB', 1.5 * GIB],
    ['4gib', 4 * GIB],
    ['0', 0],
  ])('read the size %s', (text, expected) => {
    expect(read({ flags: { 'agent-memory': text } }).agentMemoryBytes).toBe(expected);
  });

  it('read lists with commas, and arrays of the file as they are', () => {
    expect(read({ env: { BULLPEN_ALLOWED_HOSTS: 'Box.local, other' } }).allowedHosts).toEqual([
      'box.local',
      'other',
    ]);
    mkdirSync(join(cwd, 'a,b'), { recursive: true });
    expect(read({ file: { 'allowed-roots': ['a,b'] } }).allowedRoots).toEqual([join(cwd, 'a,b')]);
  });

  it('read numbers and switches of the file in their JSON types', () => {
    expect(read({ file: { port: 0, demo: true }, env: { ANTHROPIC_API_KEY: 'k' } })).toMatchObject({
      port: 0,
      model: { mode: 'demo' },
    });
  });

  it('resolve symbolic links in roots and in the data dir', () => {
    mkdirSync(join(cwd, 'real'), { recursive: true });
    symlinkSync(join(cwd, 'real'), join(cwd, 'link'));
    const config = read({
      flags: { 'allowed-roots': 'link', 'trusted-roots': 'link', 'data-dir': 'link/new/data' },
    });
    expect(config.allowedRoots).toEqual([join(cwd, 'real')]);
    expect(config.trustedRoots).toEqual([join(cwd, 'real')]);
    expect(config.dataDir).toBe(join(cwd, 'real/new/data'));
  });

  it('let pass to agents of the environment: PATH, language, time zone and git identity', () => {
    const kept = {
      PATH: '/bin',
      LANG: 'C',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      GIT_AUTHOR_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@b',
    };
    const other = { HOME: '/root', AWS_SECRET_ACCESS_KEY: 's', ANTHROPIC_API_KEY: 'k', GIT_SSH_COMMAND: 'x' };
    expect(read({ env: { ...kept, ...other } }).agentEnv).toEqual(kept);
  });
});

describe('the model', () => {
  it('is the provider of ANTHROPIC_API_KEY', () => {
    expect(read({ env: { ANTHROPIC_API_KEY: ' key ' } }).model).toEqual({
      mode: 'provider',
      baseUrl: 'https://api.anthropic.com',
      headers: { 'x-api-key': 'key' },
    });
  });

  it('is the provider of ANTHROPIC_AUTH_TOKEN at ANTHROPIC_BASE_URL', () => {
    const env = {
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_AUTH_TOKEN: 'token',
      ANTHROPIC_BASE_URL: 'http://localhost:4000/proxy/',
    };
    expect(read({ env }).model).toEqual({
      mode: 'provider',
      baseUrl: 'http://localhost:4000/proxy',
      headers: { authorization: 'Bearer token' },
    });
  });

  it('is the demo when that is asked for', () => {
    expect(read({ flags: { demo: 'true' }, env: { ANTHROPIC_API_KEY: 'key' } }).model).toEqual({
      mode: 'demo',
    });
    expect(read({ env: { BULLPEN_DEMO: '1', ANTHROPIC_API_KEY: 'key' } }).model).toEqual({ mode: 'demo' });
  });
});

describe('the webhook', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

  it('has an address and a secret, which is read as Standard Webhooks writes it', () => {
    const env = { BULLPEN_WEBHOOK_URL: 'https://example.com/hooks?id=1', BULLPEN_WEBHOOK_SECRET: secret };
    expect(read({ env }).webhook).toEqual({
      url: 'https://example.com/hooks?id=1',
      secret: Buffer.alloc(24, 7),
    });
    expect(read().webhook).toBeUndefined();
  });

  it('has both or neither', () => {
    expect(refusal({ env: { BULLPEN_WEBHOOK_URL: 'http://127.0.0.1/' } })).toBe(
      'webhook-url is set without webhook-secret; set both, or neither.',
    );
    expect(refusal({ env: { BULLPEN_WEBHOOK_SECRET: secret } })).toBe(
      'webhook-secret is set without webhook-url; set both, or neither.',
    );
  });

  it.each(['ftp://example.com', 'example.com', 'https://u:hunter2@example.com', 'https://'])(
    'is at no address such as %s',
    (url) => {
      expect(refusal({ env: { BULLPEN_WEBHOOK_URL: url, BULLPEN_WEBHOOK_SECRET: secret } })).toBe(
        'BULLPEN_WEBHOOK_URL is not valid; it must be a URL that begins with https:// or http://, without user name and password.',
      );
    },
  );

  it.each(['hunter2', 'whsec_', 'whsec_hunter2', `whsec_${'A'.repeat(31)}`, `whsec_${'A'.repeat(88)}`])(
    'has no secret such as %s',
    (value) => {
      const sentence = refusal({
        env: { BULLPEN_WEBHOOK_URL: 'https://example.com', BULLPEN_WEBHOOK_SECRET: value },
      });
      expect(sentence).toBe(
        'BULLPEN_WEBHOOK_SECRET is not valid; it must be whsec_ and 24 to 64 random bytes in base64.',
      );
    },
  );
});

describe('a wrong value is refused with one sentence: the setting, the value, what would be right', () => {
  it.each([
    ['the flag', { flags: { port: 'http' } }, '--port is "http"; it must be a whole number from 0 to 65535.'],
    [
      'the variable',
      { env: { BULLPEN_PORT: '70000' } },
      'BULLPEN_PORT is "70000"; it must be a whole number from 0 to 65535.',
    ],
    [
      'the file',
      { file: { 'log-level': 'loud' } },
      '"log-level" in bullpen.json is "loud"; it must be one of trace, debug, info, warn, error, fatal, silent.',
    ],
    [
      'a duration without a unit',
      { flags: { 'idle-ttl': '10' } },
      '--idle-ttl is "10"; it must be a duration such as 500ms, 30s, 10m or 2h, from 0s to 24h.',
    ],
    [
      'a size below the least',
      { flags: { 'agent-memory': '1MiB' } },
      '--agent-memory is "1MiB"; it must be a size such as 512MiB or 4GiB, at least 512MiB, or 0 for no limit.',
    ],
    [
      'a wildcard origin',
      { flags: { 'cors-origins': '*' } },
      '--cors-origins is "*"; it must be origins such as https://app.example.com (in lower case, no path, no wildcard), separated by commas.',
    ],
    [
      'a host with a port',
      { flags: { 'allowed-hosts': 'box:80' } },
      '--allowed-hosts is "box:80"; it must be host names without scheme, port or path, separated by commas.',
    ],
    [
      'a root that does not exist',
      { flags: { 'allowed-roots': '/no/such' } },
      'allowed-roots names /no/such, which does not exist; choose an existing directory.',
    ],
    [
      'a default cwd outside the roots',
      { flags: { 'default-cwd': '/' } },
      `default-cwd is /, which is not inside an allowed root (${cwd}, ${join(cwd, '.bullpen')}).`,
    ],
    [
      'an unknown name in the file',
      { file: { 'databse-url': 'x' } },
      '"databse-url" in bullpen.json is not a setting; did you mean database-url?',
    ],
    [
      'a name that is like none',
      { file: { colour: 'x' } },
      '"colour" in bullpen.json is not a setting, see bullpen serve --help.',
    ],
    ['a file that is no JSON', { file: '{' }, 'The configuration file bullpen.json is not valid JSON.'],
    [
      'a file that is missing',
      { flags: { config: 'none.json' } },
      'The configuration file none.json cannot be read.',
    ],
    [
      'a nested value in the file',
      { file: { port: {} } },
      '"port" in bullpen.json must be a text, a number, true, false or an array of texts.',
    ],
    [
      'a variable that is nearly one of ours',
      { env: { BULLPEN_API_KEY: KEY } },
      'BULLPEN_API_KEY is not a setting; did you mean BULLPEN_API_KEYS?',
    ],
    [
      'a base URL that is none',
      { env: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'api.example.com' } },
      'ANTHROPIC_BASE_URL is not valid; it must be a URL such as https://api.anthropic.com, without a user, query or fragment.',
    ],
  ])('%s', (_name, sources, sentence) => {
    expect(refusal(sources)).toBe(sentence);
  });

  it.each([
    { env: { BULLPEN_API_KEYS: 'hunter2' } },
    { env: { BULLPEN_DATABASE_URL: 'mysql://root:hunter2@db' } },
    { file: { 'api-keys': [KEY, 'hunter2'] } },
    { env: { ANTHROPIC_API_KEY: 'hunter2 and more' } },
    { env: { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://u:hunter2@proxy' } },
  ])('never repeats a secret: %o', (sources) => {
    expect(refusal(sources)).not.toContain('hunter2');
  });
});

describe('an address that other machines reach', () => {
  it.each(['0.0.0.0', '::', '192.168.1.2', 'box.local'])('%s is refused without API keys', (host) => {
    expect(refusal({ flags: { host } })).toBe(
      `The host ${host} can be reached from other machines, which needs API keys; set BULLPEN_API_KEYS, or listen on 127.0.0.1.`,
    );
    expect(read({ flags: { host }, env: { BULLPEN_API_KEYS: KEY } }).apiKeys).toEqual([KEY]);
  });

  it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('%s needs none', (host) => {
    expect(read({ flags: { host } }).host).toBe(host);
  });
});

describe('telemetry', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318/';

  it('goes where the variables of OpenTelemetry say', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b=two%20words',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=x',
      OTEL_SERVICE_NAME: 'y',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };
    expect(read({ env }).traces).toEqual({
      url: 'http://127.0.0.1:4318/v1/traces',
      headers: { a: '2', b: 'two words' },
      resource: {
        'service.name': 'y',
        'service.version': expect.any(String),
        'deployment.environment': 'test',
      },
      sampleRatio: 0.25,
      withContent: false,
    });
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/in' };
    expect(read({ env: own }).traces).toMatchObject({ url: 'https://traces.example.com/in', sampleRatio: 1 });
  });

  it('of agents is theirs to send only when it is on, and never has the headers', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret' };
    expect(read({ env }).agentTelemetry).toBeUndefined();
    const { agentTelemetry } = read({ env, flags: { 'agent-telemetry': 'true' } });
    expect(agentTelemetry).toMatchObject({
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    });
    expect(JSON.stringify(agentTelemetry)).not.toContain('secret');
    expect(refusal({ flags: { 'agent-telemetry': 'true' } })).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_TRACES_EXPORTER: 'none' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ])('is off: %o', (env) => {
    expect(read({ env: { OTEL_EXPORTER_OTLP_ENDPOINT, ...env } }).traces).toBeUndefined();
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'must be http/protobuf'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER'],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }, 'from 0 to 1'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'secret-without-a-name' }, 'name=value'],
  ])('that cannot be sent stops the start: %o', (env, sentence) => {
    const message = refusal({ env: { OTEL_EXPORTER_OTLP_ENDPOINT, ...env } });
    expect(message).toContain(sentence);
    expect(message).not.toContain('secret-without');
  });
});
