import type { Anthropic } from '@anthropic-ai/sdk';
import { expect, onTestFinished } from 'vitest';
import type { Extensions } from '../../support/sdk/check-shape.ts';
import type { SdkCall } from '../../support/sdk/coverage.ts';
import { SDK_PACKAGES, type SdkVersion } from '../../support/sdk/packages.ts';
import { readSurface } from '../../support/sdk/surface.ts';
import { AnswerChecker } from './answer-checker.ts';

export interface Options {
  baseURL: string;
  apiKey?: string;
  /** Default: 0, so that nothing goes wrong unseen. */
  maxRetries?: number;
  /** What our answers have beyond the declared types. */
  extensions?: Extensions;
  /** Every call is noted here, for a suite that must make all of them. */
  calls?: SdkCall[];
}

export interface RecordingClient {
  client: Anthropic;
  /** What was wrong with the answers so far. */
  faults: string[];
}

/** An official client for one test, which fails at its end if any answer was not of the type that the SDK declares. */
export function officialClient(version: SdkVersion, options: Options): Anthropic {
  const { client, faults } = recordingClient(version, options);
  onTestFinished(() => expect(faults, 'answers that are not as the SDK declares them').toEqual([]));
  return client;
}

/** An official client that checks each answer, JSON or stream, against the declared type of the method that was called. */
export function recordingClient(version: SdkVersion, options: Options): RecordingClient {
  const surface = readSurface(version);
  const checker = new AnswerChecker(surface, options.extensions);
  const client: unknown = new SDK_PACKAGES[version].Client({
    baseURL: options.baseURL,
    apiKey: options.apiKey ?? 'key-of-a-test',
    maxRetries: options.maxRetries ?? 0,
    fetch: async (url: string | URL | Request, init?: RequestInit) =>
      checker.inspect(init?.method ?? 'GET', new Request(url).url, await fetch(url, init)),
  });
  for (const { name } of surface.methods) {
    noteCalls(client, name.split('.'), (given) => {
      checker.called(name);
      options.calls?.push({ method: name, parameters: given.flatMap(namesIn) });
    });
  }
  if (!isClient(client)) throw new Error(`${SDK_PACKAGES[version].name} makes no client.`);
  return { client, faults: checker.faults };
}

/** What the older releases have is called as in the newest. */
function isClient(client: unknown): client is Anthropic {
  return Object.values(SDK_PACKAGES).some(({ Client }) => client instanceof Client);
}

function noteCalls(owner: unknown, [key = '', ...rest]: string[], note: (given: unknown[]) => void): void {
  if (!(owner instanceof Object)) throw new Error(`The client has no ${key}.`);
  const value: unknown = Reflect.get(owner, key);
  if (rest.length > 0) {
    noteCalls(value, rest, note);
    return;
  }
  if (typeof value !== 'function') throw new Error(`The client has no method ${key}.`);
  Reflect.set(owner, key, (...given: unknown[]): unknown => {
    note(given);
    return Reflect.apply(value, owner, given);
  });
}

function namesIn(given: unknown): string[] {
  return given instanceof Object ? Object.keys(given) : [];
}
