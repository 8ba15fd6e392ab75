import type { Store } from '../store/store.ts';
import type { SessionRecord } from '../store/records.ts';

const MAX_LENGTH = 80;
const MARK = / \(fork(?: (\d+))?\)$/;

/** What a fork is called unless its client says otherwise: as the session that it comes from, and that it is one. */
export async function createForkTitle(
  store: Pick<Store, 'readFirstRun'>,
  { tenantId, id, title }: SessionRecord,
): Promise<string | null> {
  const name = title ?? shorten((await store.readFirstRun(tenantId, id))?.prompt ?? '');
  if (name === '') return null;
  const [mark = '', count = '1'] = MARK.exec(name) ?? [];
  const next = mark === '' ? '' : ` ${Number(count) + 1}`;
  return `${name.slice(0, name.length - mark.length)} (fork${next})`;
}

/** The first line, or as much of it as a list has room for. */
function shorten(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n', 1);
  if (line.length <= MAX_LENGTH) return line.trim();
  // Not in the middle of a character.
  return `${line.slice(0, MAX_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
