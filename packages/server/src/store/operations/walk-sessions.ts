import { firstIdAt } from '../../lib/ids.ts';
import type { Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { labelOf } from '../labels.ts';
import { rows, type Operation } from '../operation.ts';
import { parseView } from '../rows.ts';
import type { SessionWalk, WalkedPage } from '../session-walk.ts';
import { statement } from '../statement.ts';
import type { SessionView } from '../store.ts';
import { chunks } from './appends.ts';
import { selectViews } from './views.ts';
import { createWalkSources, type Candidate, type Window } from './walk-sources.ts';

/** Candidates that are looked at in one query, and for one page. */
const WINDOW = 500;
const MAX_LOOKED_AT = 2000;

/** Comes after every id. */
const END = '~';

/** Pages of the list of `/v1`: candidates by the index that fits best, less those that the other filters leave out. */
export function createSessionWalk(dialect: Dialect): Reads['walkSessions'] {
  const { db } = dialect;
  const choose = createWalkSources(dialect);
  const views = statement(({ tenantId, ids }: { tenantId: string; ids: string[] }) =>
    selectViews(db, (sessions) => sessions.where('tenant_id', '=', tenantId).where('id', 'in', ids)),
  );

  function* readViews(tenantId: string, ids: string[]): Operation<SessionView[]> {
    const found = new Map<string, SessionView>();
    for (const piece of chunks(ids)) {
      for (const row of yield* rows(views({ tenantId, ids: piece }))) found.set(row.id, parseView(row));
    }
    // One that was deleted in between is not there.
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  return function* walkSessions(tenantId: string, walk: SessionWalk): Operation<WalkedPage> {
    const isBack = walk.from?.direction === 'prev';
    const isDown = (walk.order === 'newest') !== isBack;
    const { ids, further } = yield* look(walk, choose(tenantId, walk, isDown), isDown);
    return { sessions: yield* readViews(tenantId, isBack ? ids.toReversed() : ids), further };
  };
}

/** The ids of a page, in the direction in which they are read. */
function* look(
  walk: SessionWalk,
  read: (window: Window) => Operation<Candidate[]>,
  isDown: boolean,
): Operation<{ ids: string[]; further: string | undefined }> {
  const isListed = createFilter(walk);
  const isBeyondEnd = createEnd(walk, isDown);
  const ids: string[] = [];
  let bound = startOf(walk, isDown);
  // One more than is asked for: it tells that the list goes on.
  let limit = walk.limit + 1;
  for (let left = MAX_LOOKED_AT; left > 0; left -= limit, limit = Math.min(WINDOW, left)) {
    const candidates = yield* read({ bound, limit });
    for (const candidate of candidates) {
      if (isBeyondEnd(candidate.id)) return { ids, further: undefined };
      const isOne = isListed(candidate);
      if (isOne && ids.length === walk.limit) return { ids, further: bound };
      if (isOne) ids.push(candidate.id);
      // Upwards: greater than this id, and less than any that follows it.
      bound = isDown ? candidate.id : `${candidate.id}0`;
    }
    if (candidates.length < limit) return { ids, further: undefined };
  }
  return { ids, further: bound };
}

function startOf({ from, created }: SessionWalk, isDown: boolean): string {
  if (from) return from.boundary;
  if (isDown) return created?.to === undefined ? END : firstIdAt(created.to + 1);
  return created?.from === undefined ? '' : firstIdAt(created.from);
}

function createEnd({ created }: SessionWalk, isDown: boolean): (id: string) => boolean {
  const { from, to } = created ?? {};
  if (isDown) return (id) => from !== undefined && id < firstIdAt(from);
  return (id) => to !== undefined && id >= firstIdAt(to + 1);
}

function createFilter({ states, archived, agentId, agentVersion, metadata = [] }: SessionWalk) {
  const open = states && new Set<string>(states);
  const labels = new Set(metadata.map(labelOf)).size;
  return (candidate: Candidate): boolean =>
    candidate.state !== 'deleting' &&
    (candidate.archived_at === null ? (open?.has(candidate.state) ?? true) : archived) &&
    (agentId === undefined || candidate.agent_id === agentId) &&
    (agentVersion === undefined || candidate.agent_version === agentVersion) &&
    (labels === 0 || candidate.labels === labels);
}
