import type { Config } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Store } from '../store/store.ts';
import type { Streams } from './streams.ts';
import type { Disk } from '../workspace/disk.ts';
import type { Outputs } from '../workspace/outputs.ts';

/** What the HTTP side needs of the rest of the house. */
export interface AppContext {
  sessions: Sessions;
  store: Pick<Store, 'readIdempotency' | 'listDeliveries' | 'replayDelivery'>;
  outputs: Pick<Outputs, 'open'>;
  streams: Streams;
  disk: Pick<Disk, 'use' | 'minFreeBytes' | 'isLow'>;
  config: Pick<
    Config,
    | 'host'
    | 'apiKeys'
    | 'allowedHosts'
    | 'corsOrigins'
    | 'allowedRoots'
    | 'dataDir'
    | 'trustedRoots'
    | 'allowedPermissionModes'
    | 'allowedEnv'
    | 'defaultOnAsk'
    | 'webhook'
    | 'streamStallMs'
  >;
  /** Keys for what needs one even where nothing else does: an agent on this machine must not answer for a person. */
  approvalKeys: readonly string[];
  version: string;
  log: Log;
  clock: Clock;
  /** Why `bypassPermissions` cannot run here, as a sentence for the client; undefined: it can. */
  whyNotBypass: string | undefined;
  /** False while the server starts or drains: then it takes no new work. */
  isReady(): boolean;
  /** Aborts when running turns have had their time: streams and waiting requests end, so that clients reconnect. */
  signal: AbortSignal;
}
