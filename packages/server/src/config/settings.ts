import { PERMISSION_MODES } from '../domain/run-options.ts';
import { BOUND_SETTINGS } from './bounds.ts';
import { MANAGED_SETTINGS } from './managed.ts';
import type { Machine, Setting } from './setting.ts';
import { webhookSecret, webhookUrl } from './webhook.ts';
import { duration, listOf, oneOf, onOff, size, text, wholeNumber } from './value.ts';

const GIB = 2 ** 30;

const path = text('<path>', 'a path', /\S/);
const paths = listOf(path, 'existing directories, separated by commas');

/** Every setting of a server. What each becomes is in config.ts. */
export const SETTINGS = {
  host: {
    name: 'host',
    group: 'Address',
    help: 'address to listen on; any but a loopback one needs API keys',
    value: text('<address>', 'an IP address or a host name', /^[\w.:-]+$/),
    fallback: '127.0.0.1',
  },
  port: {
    name: 'port',
    group: 'Address',
    help: 'port to listen on; 0 takes any free one',
    value: wholeNumber(0, 65_535),
    fallback: '8000',
  },
  dataDir: {
    name: 'data-dir',
    group: 'Data',
    help: 'everything that the server keeps; made if it is missing',
    value: path,
    fallback: './.bullpen',
  },
  databaseUrl: {
    name: 'database-url',
    group: 'Data',
    help: 'PostgreSQL to keep sessions in (postgres://…) instead of SQLite in the data dir',
    value: text('<url>', 'a URL that begins with postgres:// or postgresql://', /^postgres(ql)?:\/\/\S+$/),
    fallback: '',
    secret: true,
  },
  sharedWorkspaces: {
    name: 'shared-workspaces',
    group: 'Data',
    help: 'directory that all servers on one database mount at this path: the files of sessions are there, and any server goes on with any session',
    value: path,
    fallback: '',
    fallbackWords: 'the files are in the data dir, and a session goes on only where its files are',
  },
  apiKeys: {
    name: 'api-keys',
    group: 'Access',
    help: 'keys, separated by commas, of which clients must send one; at least 16 characters',
    value: listOf(
      text('<key>', 'a key', /^[\x21-\x7e]{16,}$/),
      'keys of at least 16 printable ASCII characters each, separated by commas',
    ),
    fallback: '',
    secret: true,
  },
  allowedHosts: {
    name: 'allowed-hosts',
    group: 'Access',
    help: 'names, besides localhost, under which clients may address the server (Host header)',
    value: listOf(
      text('<name>', 'a host name', /^(?:[a-z\d_.-]+|\[[\da-f:.]+\])$/i),
      'host names without scheme, port or path, separated by commas',
    ),
    fallback: '',
  },
  corsOrigins: {
    name: 'cors-origins',
    group: 'Access',
    help: 'origins whose pages may call the server from a browser',
    value: listOf(
      text('<origin>', 'an origin', /^(?:null|https?:\/\/[a-z\d.[\]:_-]+)$/),
      'origins such as https://app.example.com (in lower case, no path, no wildcard), separated by commas',
    ),
    fallback: '',
  },
  allowedRoots: {
    name: 'allowed-roots',
    group: 'Access',
    help: 'directories under which the cwd of a session may lie',
    value: paths,
    fallback: '',
    fallbackWords: 'the directory that the server is started in, and the data dir',
  },
  trustedRoots: {
    name: 'trusted-roots',
    group: 'Access',
    help: "directories whose repositories may bring CLAUDE.md, skills and hooks (setting_sources: ['project'])",
    value: paths,
    fallback: '',
  },
  allowedPermissionModes: {
    name: 'allowed-permission-modes',
    group: 'Access',
    help: 'permission modes that clients may ask for',
    value: listOf(
      oneOf('<mode>', PERMISSION_MODES),
      `some of ${PERMISSION_MODES.join(', ')}, separated by commas`,
    ),
    fallback: PERMISSION_MODES.join(','),
  },
  allowedEnv: {
    name: 'allowed-env',
    group: 'Access',
    help: 'names that clients may set in env although they are reserved, such as HTTPS_PROXY',
    value: listOf(
      text('<name>', 'a name', /^[A-Za-z_]\w*$/),
      'names of environment variables, separated by commas',
    ),
    fallback: '',
  },
  maxAgents: {
    name: 'max-agents',
    group: 'Agents',
    help: 'agent processes at once; further sessions wait as pending',
    value: wholeNumber(1, 10_000),
    fallback: defaultMaxAgents,
    fallbackWords: '8 per core, at most 1 per 512 MiB of memory, at least 2',
  },
  maxSpawns: {
    name: 'max-spawns',
    group: 'Agents',
    help: 'agent processes that start at the same time; a start keeps a core busy for about a second',
    value: wholeNumber(1, 1000),
    fallback: (machine) => String(machine.cores),
    fallbackWords: 'the number of cores',
  },
  idleTtl: {
    name: 'idle-ttl',
    group: 'Agents',
    help: 'how long an agent process stays warm after a run, so that the next run starts at once',
    value: duration('0s', '24h'),
    fallback: '5m',
  },
  agentMemory: {
    name: 'agent-memory',
    group: 'Agents',
    help: 'memory that one process of an agent may take; 0 for no limit',
    value: size('512MiB'),
    fallback: defaultAgentMemory,
    fallbackWords: '4GiB, or half of the memory if that is less',
  },
  minFreeMemory: {
    name: 'min-free-memory',
    group: 'Agents',
    help: 'with less free memory new agent processes wait and idle ones go; limits of a container count; 0 for no limit',
    value: size('64MiB'),
    fallback: defaultMinFreeMemory,
    fallbackWords: '512MiB, or an eighth of the memory if that is less',
  },
  maxRunDuration: {
    name: 'max-run-duration',
    group: 'Agents',
    help: 'a run that takes longer is stopped and ends in error',
    value: duration('1s', '7d'),
    fallback: '2h',
  },
  retryDelays: {
    name: 'retry-delays',
    group: 'Agents',
    help: 'how long a run that was cut off waits before it goes on, the first time, the second, …; then it ends in error',
    value: listOf(duration('0s', '24h'), 'durations such as 0s,5s,30s'),
    fallback: '0s,5s,30s',
  },
  shutdownGrace: {
    name: 'shutdown-grace',
    group: 'Agents',
    help: 'how long runs may go on after SIGTERM or Ctrl-C; a second signal ends them at once',
    value: duration('0s', '1h'),
    fallback: '30s',
  },
  defaultOnAsk: {
    name: 'default-on-ask',
    group: 'Agents',
    help: 'what happens when a tool needs a person and the request does not say: deny or wait',
    value: oneOf('<what>', ['deny', 'wait']),
    fallback: 'deny',
  },
  defaultCwd: {
    name: 'default-cwd',
    group: 'Agents',
    help: 'where sessions without a cwd work',
    value: text('<path>', 'an existing directory inside an allowed root', /\S/),
    fallback: '',
    fallbackWords: 'a fresh directory for each session, inside the data dir',
  },
  sandbox: {
    name: 'sandbox',
    group: 'Agents',
    help: 'how agent processes are held: bubblewrap, namespace, process-group, or auto (the first of them that works)',
    value: oneOf('<kind>', ['auto', 'bubblewrap', 'namespace', 'process-group']),
    fallback: 'auto',
  },
  ...BOUND_SETTINGS,
  ...MANAGED_SETTINGS,
  defaultModel: {
    name: 'default-model',
    group: 'Model',
    help: 'model of runs that name none: an alias such as sonnet, or a full name',
    value: text('<model>', 'the name of a model, without spaces', /^\S+$/),
    fallback: '',
    fallbackWords: "the agent's own default",
  },
  modelPatience: {
    name: 'model-patience',
    group: 'Model',
    help: 'how long a run waits while the model provider limits, fails or is away; then it ends in error',
    value: duration('1s', '6h'),
    fallback: '15m',
  },
  demo: {
    name: 'demo',
    group: 'Model',
    help: 'let a scripted model inside the server answer, also when there is a credential',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off; on if there is no credential',
  },
  webhookUrl: {
    name: 'webhook-url',
    group: 'Webhook',
    help: 'where to send a message when a run has ended or waits for a person',
    value: webhookUrl,
    fallback: '',
    secret: true,
  },
  webhookSecret: {
    name: 'webhook-secret',
    group: 'Webhook',
    help: 'signs these messages (Standard Webhooks): whsec_ and base64',
    value: webhookSecret,
    fallback: '',
    secret: true,
  },
  logLevel: {
    name: 'log-level',
    group: 'Logging',
    help: 'least severe messages to log: trace, debug, info, warn, error, fatal or silent',
    value: oneOf('<level>', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    fallback: 'info',
  },
  logFormat: {
    name: 'log-format',
    group: 'Logging',
    help: 'log as json, one object per line, or pretty, for people; to standard error',
    value: oneOf('<format>', ['json', 'pretty']),
    fallback: (machine) => (machine.terminal ? 'pretty' : 'json'),
    fallbackWords: 'pretty on a terminal, else json',
  },
  agentTelemetry: {
    name: 'agent-telemetry',
    group: 'Telemetry',
    help: 'let agents send metrics, logs and spans of their own to OTEL_EXPORTER_OTLP_ENDPOINT',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off',
  },
  traceContent: {
    name: 'trace-content',
    group: 'Telemetry',
    help: 'put prompts, answers, and what tools get and give into what is sent',
    value: onOff(),
    fallback: 'false',
    fallbackWords: 'off',
  },
} satisfies Record<string, Setting<unknown>>;

/** Memory for a busy agent and room to grow; more than 8 busy ones per core only slow each other down. */
function defaultMaxAgents(machine: Machine): string {
  const byMemory = Math.floor(machine.memoryBytes / (0.5 * GIB));
  return String(Math.max(2, Math.min(byMemory, machine.cores * 8)));
}

function defaultAgentMemory(machine: Machine): string {
  const half = Math.floor(machine.memoryBytes / 2 / 2 ** 20);
  return half >= 4096 ? '4GiB' : `${Math.max(512, half)}MiB`;
}

function defaultMinFreeMemory(machine: Machine): string {
  return `${Math.max(64, Math.min(512, Math.floor(machine.memoryBytes / 8 / 2 ** 20)))}MiB`;
}
