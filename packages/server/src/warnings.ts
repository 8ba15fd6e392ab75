import { stat } from 'node:fs/promises';
import type { Config } from './config.ts';
import { SETTINGS } from './config/settings.ts';
import { createWarning, WARNING_CODES, type Warning, type WarningCode } from './domain/warning.ts';
import type { DiskUse } from './workspace/disk.ts';

/** With less of the disk free than this part, somebody should look at it. */
const NEARLY_FULL = 0.1;

/** Every address of the machine: who comes from elsewhere uses a name that must be allowed. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

/** What a server knows of itself, besides its config. */
export interface Condition {
  isDatabaseAway: boolean;
  disk: { use: Pick<DiskUse, 'freeBytes' | 'totalBytes'>; minFreeBytes: number };
  freeMemoryBytes: number;
  sandbox: {
    kind: 'bubblewrap' | 'namespace' | 'process-group';
    reason: string | undefined;
    endsWithServer: boolean;
  };
  isRoot: boolean;
  missingRoots: readonly string[];
}

type Conditions = Pick<
  Config,
  | 'host'
  | 'apiKeys'
  | 'allowedHosts'
  | 'corsOrigins'
  | 'allowedRoots'
  | 'model'
  | 'minFreeMemoryBytes'
  | 'agentMemoryBytes'
  | 'maxQueue'
  | 'maxSessionEvents'
  | 'maxSessionBytes'
  | 'maxToolOutputBytes'
  | 'maxStreams'
  | 'minFreeDiskBytes'
>;

/** What is weak or misconfigured, the most serious first. Pure. */
export function findWarnings(config: Conditions, condition: Condition): Warning[] {
  const { disk, freeMemoryBytes, sandbox, missingRoots } = condition;
  const { freeBytes, totalBytes } = disk.use;
  const isLow = freeBytes !== null && freeBytes < disk.minFreeBytes;
  const isNearlyFull = freeBytes !== null && totalBytes !== null && freeBytes < totalBytes * NEARLY_FULL;
  const isShort = freeMemoryBytes < config.minFreeMemoryBytes;
  const reason = { reason: sandbox.reason ?? '' };
  const unlimited = findUnlimited(config);
  const found: Partial<Record<WarningCode, Warning['values'] | false>> = {
    database_away: condition.isDatabaseAway && {},
    disk_low: isLow && { free_bytes: freeBytes, min_free_bytes: disk.minFreeBytes },
    memory_low: isShort && { free_bytes: freeMemoryBytes, min_free_bytes: config.minFreeMemoryBytes },
    null_origin_allowed: config.corsOrigins.includes('null') && {},
    no_api_keys: config.apiKeys.length === 0 && {},
    other_machines_refused: WILDCARDS.has(config.host) &&
      config.allowedHosts.length === 0 && { host: config.host },
    sandbox_process_group: sandbox.kind === 'process-group' && reason,
    sandbox_namespace: sandbox.kind === 'namespace' && reason,
    agents_outlive_server: !sandbox.endsWithServer && reason,
    runs_as_root: condition.isRoot && {},
    whole_disk_allowed: config.allowedRoots.includes('/') && {},
    disk_nearly_full: isNearlyFull && !isLow && { free_percent: Math.floor((freeBytes / totalBytes) * 100) },
    no_limits: unlimited.length > 0 && { settings: unlimited.join(', ') },
    demo_mode: config.model.mode === 'demo' && {},
  };
  return WARNING_CODES.flatMap((code) => {
    if (code === 'allowed_root_missing') return missingRoots.map((path) => createWarning(code, { path }));
    const values = found[code];
    return values ? [createWarning(code, values)] : [];
  });
}

/** Those of these directories that are not there any more. */
export async function findMissing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (stats) => stats.isDirectory(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => !found[index]);
}

/** The names of the settings that are 0, of those which keep a server from growing without end. */
function findUnlimited(config: Conditions): string[] {
  const bounds = [
    [SETTINGS.maxQueue, config.maxQueue],
    [SETTINGS.maxSessionEvents, config.maxSessionEvents],
    [SETTINGS.maxSessionBytes, config.maxSessionBytes],
    [SETTINGS.maxToolOutput, config.maxToolOutputBytes],
    [SETTINGS.maxStreams, config.maxStreams],
    [SETTINGS.minFreeDisk, config.minFreeDiskBytes],
    [SETTINGS.agentMemory, config.agentMemoryBytes],
    [SETTINGS.minFreeMemory, config.minFreeMemoryBytes],
  ] as const;
  return bounds.flatMap(([{ name }, value]) => (value === 0 ? [name] : []));
}
