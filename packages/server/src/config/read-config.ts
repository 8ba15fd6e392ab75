import type { Config } from '../config.ts';
import { readBounds } from './bounds.ts';
import { assertInside, realDataDir, realDirectories, realDirectory } from './directories.ts';
import { ConfigError } from './error.ts';
import { readAgentEnv, readModel } from './environment.ts';
import { readManaged } from './managed.ts';
import { SETTINGS } from './settings.ts';
import { readTelemetry } from './telemetry.ts';
import { openSources, type Sources } from './sources.ts';
import { readWebhook } from './webhook.ts';

/**
 * The settings of a server: flags before `BULLPEN_*` variables before the file before defaults. Throws ConfigError,
 * whose message is one sentence: the setting, the value, and what would be right.
 */
export function readConfig(sources: Sources): Config {
  const reader = openSources(sources);
  const { find, read } = reader;
  const { cwd, env } = sources;

  const host = read(SETTINGS.host);
  const apiKeys = find(SETTINGS.apiKeys) ?? [];
  assertKeysUnlessLoopback(host, apiKeys);

  const dataDir = realDataDir(cwd, read(SETTINGS.dataDir));
  const allowedRoots = realDirectories(SETTINGS.allowedRoots, cwd, find(SETTINGS.allowedRoots) ?? [cwd]);
  if (!find(SETTINGS.allowedRoots)) allowedRoots.push(dataDir);
  const defaultCwd = find(SETTINGS.defaultCwd);
  const sharedWorkspaces = find(SETTINGS.sharedWorkspaces);

  return {
    host,
    port: read(SETTINGS.port),
    dataDir,
    databaseUrl: find(SETTINGS.databaseUrl),
    // Not made when it is missing: then it is not mounted.
    sharedWorkspaces: sharedWorkspaces && realDirectory(SETTINGS.sharedWorkspaces, cwd, sharedWorkspaces),
    apiKeys,
    allowedHosts: (find(SETTINGS.allowedHosts) ?? []).map((name) => name.toLowerCase()),
    corsOrigins: find(SETTINGS.corsOrigins) ?? [],
    allowedRoots,
    trustedRoots: realDirectories(SETTINGS.trustedRoots, cwd, find(SETTINGS.trustedRoots) ?? []),
    defaultCwd:
      defaultCwd === undefined
        ? undefined
        : assertInside(
            SETTINGS.defaultCwd,
            realDirectory(SETTINGS.defaultCwd, cwd, defaultCwd),
            allowedRoots,
          ),
    allowedPermissionModes: read(SETTINGS.allowedPermissionModes),
    defaultOnAsk: read(SETTINGS.defaultOnAsk),
    allowedEnv: find(SETTINGS.allowedEnv) ?? [],
    maxAgents: read(SETTINGS.maxAgents),
    maxSpawns: read(SETTINGS.maxSpawns),
    idleTtlMs: read(SETTINGS.idleTtl),
    agentMemoryBytes: read(SETTINGS.agentMemory),
    minFreeMemoryBytes: read(SETTINGS.minFreeMemory),
    maxRunMs: read(SETTINGS.maxRunDuration),
    retryDelaysMs: read(SETTINGS.retryDelays),
    shutdownGraceMs: read(SETTINGS.shutdownGrace),
    defaultModel: find(SETTINGS.defaultModel),
    modelPatienceMs: read(SETTINGS.modelPatience),
    sandbox: read(SETTINGS.sandbox),
    webhook: readWebhook(find(SETTINGS.webhookUrl), find(SETTINGS.webhookSecret)),
    logLevel: read(SETTINGS.logLevel),
    logFormat: read(SETTINGS.logFormat),
    ...readBounds(reader),
    ...readManaged(reader),
    model: readModel(env, read(SETTINGS.demo)),
    agentEnv: readAgentEnv(env),
    ...readTelemetry(env, {
      traceContent: read(SETTINGS.traceContent),
      agentTelemetry: read(SETTINGS.agentTelemetry),
    }),
  };
}

/** Whoever reaches the server can run commands through it: beyond this machine it needs a key. */
function assertKeysUnlessLoopback(host: string, apiKeys: string[]): void {
  if (apiKeys.length > 0 || /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host)) return;
  throw new ConfigError(
    `The host ${host} can be reached from other machines, which needs API keys; set BULLPEN_API_KEYS, or listen on 127.0.0.1.`,
  );
}
