import type { Logger } from 'pino';

/** The part of pino that the rooms of the house use. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;
