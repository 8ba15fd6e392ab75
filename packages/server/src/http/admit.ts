import type { AppContext } from './context.ts';
import { ApiError } from './errors.ts';

const MIB = 2 ** 20;
const DISK_RETRY_SECONDS = 60;

/**
 * Throws ApiError while the server takes no new work: it stops, or the disk is so full that new work could take the rest
 * from the work under way.
 */
export function admitWork({ isReady, disk }: Pick<AppContext, 'isReady' | 'disk'>): void {
  if (!isReady()) throw new ApiError('stopping');
  if (!disk.isLow) return;
  throw new ApiError(
    'disk_low',
    { free: Math.floor((disk.use.freeBytes ?? 0) / MIB), limit: Math.ceil(disk.minFreeBytes / MIB) },
    { 'retry-after': String(DISK_RETRY_SECONDS) },
  );
}
