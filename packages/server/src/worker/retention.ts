import { HOUR, MINUTE, SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import type { SessionsContext } from '../sessions/context.ts';
import { markDeleting } from '../sessions/delete.ts';
import { Wake } from '../sessions/wake.ts';
import { DEFAULT_TENANT } from '../store/records.ts';
import type { EndedSession } from '../store/bounds.ts';
import { StoreUnavailableError } from '../store/store.ts';
import type { Workspaces } from '../workspace/local.ts';

/** Sessions that one round looks at, per kind. */
const PAGE = 100;
const BETWEEN_PAGES_MS = SECOND;
const BETWEEN_ROUNDS_MS = HOUR;
/** Holding a session takes two renames and one commit. If we die in between, it is free again after this. */
const LEASE_MS = MINUTE;

/** How long things are kept after the end of a session's last run; 0: for ever. */
export interface RetentionAges {
  keepSessionsMs: number;
  keepTranscriptsMs: number;
  keepWorkspacesMs: number;
}

export interface RetentionContext {
  sessions: Pick<SessionsContext, 'store' | 'clock' | 'announce'>;
  workspaces: Pick<Workspaces, 'discard'>;
  /** Ends the process of a session that may still be warm. */
  evict(sessionId: string): Promise<void>;
  ages: RetentionAges;
  /** Only this node has the files of the sessions whose home it is. */
  node: string;
  /** Unique to this process. */
  owner: string;
  log: Log;
}

/** One kind of thing that is kept for a time only. Sessions are looked at by the time of their end. */
interface Sweep {
  name: string;
  ageMs: number;
  remove(session: EndedSession): Promise<Outcome>;
  /** The last session that was looked at. */
  at: Position;
  /** Before the first one that could not be done, in this pass. */
  failedAt: Position | undefined;
}

/** `kept`: there is nothing to remove. `failed`: not now. */
type Outcome = 'removed' | 'kept' | 'failed';

type Position = Pick<EndedSession, 'endedAt' | 'sessionId'>;

/**
 * Removes what has been kept for long enough: sessions, transcripts, workspaces. Only of sessions whose run has ended,
 * which the version of each is proof of; the rows say what has been done, so a crash costs nothing but time.
 */
export class Retention {
  readonly #context: RetentionContext;
  readonly #sweeps: Sweep[];
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(context: RetentionContext) {
    this.#context = context;
    const { keepSessionsMs, keepTranscriptsMs, keepWorkspacesMs } = context.ages;
    const sweep = (name: string, ageMs: number, remove: Sweep['remove']): Sweep => ({
      name,
      ageMs,
      remove,
      at: { endedAt: 0, sessionId: '' },
      failedAt: undefined,
    });
    this.#sweeps = [
      sweep('sessions', keepSessionsMs, (session) => this.#removeSession(session)),
      sweep('transcripts', keepTranscriptsMs, (session) => this.#removeTranscript(session)),
      sweep('workspaces', keepWorkspacesMs, (session) => this.#removeWorkspace(session)),
    ].filter(({ ageMs }) => ageMs > 0);
  }

  start(): void {
    if (this.#sweeps.length > 0) this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** One page of each kind; true: there may be more. */
  async round(): Promise<boolean> {
    let isMore = false;
    for (const sweep of this.#sweeps) isMore = (await this.#sweepPage(sweep)) || isMore;
    return isMore;
  }

  async #run(): Promise<void> {
    using wake = new Wake(this.#stopping.signal);
    while (!this.#stopping.signal.aborted) {
      let isMore = false;
      try {
        isMore = await this.round();
      } catch (error) {
        // The store is away: the next round goes on here.
        this.#context.log.warn({ err: error }, 'Old sessions could not be looked for.');
      }
      await wake.wait(isMore ? BETWEEN_PAGES_MS : BETWEEN_ROUNDS_MS);
    }
  }

  async #sweepPage(sweep: Sweep): Promise<boolean> {
    const { sessions, log } = this.#context;
    const before = sessions.clock.now() - sweep.ageMs;
    const page = await sessions.store.listEnded(DEFAULT_TENANT, { before, after: sweep.at, limit: PAGE });
    let removed = 0;
    for (const session of page) {
      if (this.#stopping.signal.aborted) return false;
      const outcome = await this.#try(sweep, session);
      if (outcome === 'removed') removed++;
      if (outcome === 'failed') sweep.failedAt ??= sweep.at;
      sweep.at = { endedAt: session.endedAt, sessionId: session.sessionId };
    }
    if (removed > 0)
      log.info({ what: sweep.name, sessions: removed }, 'Removed what was kept for long enough.');
    if (page.length === PAGE) return true;
    // The next pass begins with what could not be done in this one.
    sweep.at = sweep.failedAt ?? sweep.at;
    sweep.failedAt = undefined;
    return false;
  }

  async #try(sweep: Sweep, session: EndedSession): Promise<Outcome> {
    try {
      return session.isDeleting ? 'kept' : await sweep.remove(session);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      const about = { err: error, what: sweep.name, sessionId: session.sessionId };
      this.#context.log.warn(about, 'What was kept for long enough could not be removed.');
      return 'failed';
    }
  }

  /** A worker on its home node removes files and rows. */
  async #removeSession({ sessionId, version }: EndedSession): Promise<Outcome> {
    const { sessions } = this.#context;
    const view = await sessions.store.readSession(DEFAULT_TENANT, sessionId);
    if (!view) return 'kept';
    const isAsSeen = view.head.version === version;
    return isAsSeen && (await markDeleting(sessions, view)).ok ? 'removed' : 'failed';
  }

  async #removeTranscript({ sessionId, version, transcriptRemovedAt }: EndedSession): Promise<Outcome> {
    if (transcriptRemovedAt !== null) return 'kept';
    const { store, clock } = this.#context.sessions;
    const request = { expectedVersion: version, now: clock.now() };
    return (await store.removeTranscript(DEFAULT_TENANT, sessionId, request)) ? 'removed' : 'failed';
  }

  /** Under the session's lease, so that no run begins in a directory that goes away under it. */
  async #removeWorkspace(session: EndedSession): Promise<Outcome> {
    const { sessions, workspaces, evict, node, owner } = this.#context;
    const { sessionId, version, endedAt, homeNode, workspaceRemovedAt } = session;
    // A single server is the home of all, and does not say so.
    const isElsewhere = homeNode !== null && homeNode !== node;
    if (isElsewhere || (workspaceRemovedAt !== null && workspaceRemovedAt >= endedAt)) return 'kept';
    const askedAt = sessions.clock.monotonic();
    const epoch = await sessions.store.takeLease(DEFAULT_TENANT, sessionId, {
      expectedVersion: version,
      owner,
      leaseMs: LEASE_MS,
    });
    if (epoch === undefined) return 'failed';
    const release = (removedAt?: number) =>
      sessions.store.commit(DEFAULT_TENANT, sessionId, {
        epoch,
        releaseLease: true,
        ...(removedAt !== undefined && { head: { workspaceRemovedAt: removedAt } }),
      });
    try {
      await evict(sessionId);
      // Another node may see these files too, and may have the session when the lease is over.
      if (sessions.clock.monotonic() - askedAt > LEASE_MS / 2) {
        await release();
        return 'failed';
      }
      const remove = await workspaces.discard(sessionId);
      await release(sessions.clock.now());
      await remove();
      return 'removed';
    } catch (error) {
      await release();
      throw error;
    }
  }
}
