import { afterAll, beforeAll } from 'vitest';
import { makeDataDir, startBullpen } from './bullpen-process.ts';

/** One server for all tests of a file. */
export function shareServer(
  flags: string[] = [],
  env: Record<string, string> = {},
): { readonly url: string; readonly pid: number; readonly dataDir: string } {
  let dataDir: Awaited<ReturnType<typeof makeDataDir>>;
  let server: Awaited<ReturnType<typeof startBullpen>>;
  beforeAll(async () => {
    dataDir = await makeDataDir();
    server = await startBullpen(dataDir.path, flags, env);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await dataDir[Symbol.asyncDispose]();
  });
  return {
    get url() {
      return server.url;
    },
    get pid() {
      return server.pid;
    },
    get dataDir() {
      return dataDir.path;
    },
  };
}
