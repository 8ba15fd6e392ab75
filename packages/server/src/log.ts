import { createRequire } from 'node:module';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { PrettyOptions, PrettyStream } from 'pino-pretty';

/** The part of pino that the rooms of the house use. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

const STDERR = 2;

/** Fields that are never to be read in a log, wherever an object that is logged may carry them. */
const SECRET_NAMES = [
  'apiKey',
  'apiKeys',
  'authorization',
  '"x-api-key"',
  'cookie',
  'databaseUrl',
  'env',
  'headers',
  'password',
  'token',
];

/** A log to standard error: standard output belongs to what the command answers. */
export function createLog(
  { level, format }: { level: LoggerOptions['level'] & string; format: 'json' | 'pretty' },
  destination: DestinationStream = createDestination(format),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_NAMES.flatMap((name) =>
          name.startsWith('"') ? [`[${name}]`, `*[${name}]`] : [name, `*.${name}`],
        ),
        censor: '[hidden]',
      },
    },
    destination,
  );
}

function createDestination(format: 'json' | 'pretty'): DestinationStream {
  if (format === 'json') return pino.destination(STDERR);
  return loadPretty()({ destination: STDERR, sync: true, translateTime: 'SYS:HH:MM:ss.l' });
}

/** Only people at a terminal need it, and loading it is a twentieth of a start. */
function loadPretty(): (options: PrettyOptions) => PrettyStream {
  return createRequire(import.meta.url)('pino-pretty') as (options: PrettyOptions) => PrettyStream;
}
