import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { Availability } from './availability.ts';
import type { LeaseRequest, Load, QueueLength, QueueQuery } from './bounds.ts';
import type { Hints } from './hints.ts';
import { sessionsOf, type Operation, type Written } from './operation.ts';
import type { NodeRecord, SeenNode } from './records.ts';
import type {
  ClaimedSession,
  ClaimRequest,
  Commit,
  CommitResult,
  CreationResult,
  SessionCreation,
  Store,
  StoreReads,
  StoreWrites,
} from './store.ts';

type Timed = 'createSession' | 'commit' | 'claim' | 'takeLease' | 'renew' | 'beat';

/**
 * What an engine writes: as the store, but what has to do with time gets the caller's (see `now` of dialect.ts), and
 * leases are renewed one by one (calls made together share a commit).
 */
export interface EngineWrites extends Omit<StoreWrites, Timed> {
  createSession(tenantId: string, creation: SessionCreation, now: number): Promise<CreationResult>;
  commit(tenantId: string, sessionId: string, commit: Commit, now: number): Promise<CommitResult>;
  claim(request: ClaimRequest, now: number): Promise<ClaimedSession[]>;
  takeLease(
    tenantId: string,
    sessionId: string,
    request: LeaseRequest,
    now: number,
  ): Promise<number | undefined>;
  /** False: `owner` does not hold it any more. */
  renewLease(renewal: LeaseRenewal, now: number): Promise<boolean>;
  beat(node: NodeRecord, now: number): Promise<void>;
}

/** What an engine reads. */
interface EngineReads extends Omit<StoreReads, 'isLeased' | 'readLoad' | 'readQueue' | 'listNodes'> {
  readLoad(now: number): Promise<Load>;
  isLeased(tenantId: string, sessionId: string, now: number): Promise<boolean>;
  readQueue(query: QueueQuery, now: number): Promise<QueueLength>;
  listNodes(withinMs: number, now: number): Promise<SeenNode[]>;
}

export interface LeaseRenewal {
  tenantId: string;
  sessionId: string;
  owner: string;
  leaseMs: number;
  epoch: number;
}

export type WriteName = keyof EngineWrites;
export type ReadName = keyof EngineReads;
export type WriteArgs<Name extends WriteName> = Parameters<EngineWrites[Name]>;
export type ReadArgs<Name extends ReadName> = Parameters<EngineReads[Name]>;
export type WriteResult<Name extends WriteName> = Awaited<ReturnType<EngineWrites[Name]>>;
export type ReadResult<Name extends ReadName> = Awaited<ReturnType<EngineReads[Name]>>;

/** The writes as operations. */
export type Writes = {
  [Name in WriteName]: (...args: WriteArgs<Name>) => Operation<Written<WriteResult<Name>>>;
};

/** The reads as operations. */
export type Reads = {
  [Name in ReadName]: (...args: ReadArgs<Name>) => Operation<ReadResult<Name>>;
};

/** What a database brings: running reads and writes by name. The rest of the store is the same for all. */
export interface Engine {
  /** Its bells are rung after each write; to tell other nodes is the engine's business. */
  hints: Hints;
  /** Resolves when it is on disk. */
  write<Name extends WriteName>(name: Name, args: WriteArgs<Name>): Promise<Written<WriteResult<Name>>>;
  read<Name extends ReadName>(name: Name, args: ReadArgs<Name>): Promise<ReadResult<Name>>;
  /** See Store.databaseBytes. */
  databaseBytes(): Promise<number>;
  /** Waits for the writes under way, then closes. Called once. */
  close(): Promise<void>;
}

/** The store on top of an engine: its methods, and the hints that follow a write. */
export function createStore(engine: Engine, context: { clock: Clock; log: Log }): Store {
  const { hints } = engine;
  const { clock } = context;
  const availability = new Availability(context);
  let closed: Promise<void> | undefined;

  const watch = async <Result>(answer: Promise<Result>): Promise<Result> => {
    try {
      return await answer;
    } catch (error) {
      if (closed === undefined) availability.noteFailure(error);
      throw error;
    }
  };
  const read = <Name extends ReadName>(name: Name, args: ReadArgs<Name>): Promise<ReadResult<Name>> =>
    watch(engine.read(name, args));
  const write = async <Name extends WriteName>(
    name: Name,
    args: WriteArgs<Name>,
  ): Promise<WriteResult<Name>> => {
    const written = await watch(engine.write(name, args));
    const { result, session, inputs, work, deliveries } = written;
    // A claim that finds nothing writes nothing.
    if (name !== 'claim' && name !== 'claimDeliveries') availability.noteSuccess();
    for (const one of sessionsOf(written)) hints.ringSession(one);
    if (session !== undefined && inputs) hints.ringInputs(session);
    if (work) hints.ringWork();
    if (deliveries) hints.ringDeliveries();
    return result;
  };

  return {
    hints,
    createSession: (...args) => write('createSession', [...args, clock.now()]),
    commit: (...args) => write('commit', [...args, clock.now()]),
    claim: (...args) => write('claim', [...args, clock.now()]),
    async renew({ owner, sessions, leaseMs }) {
      const now = clock.now();
      // Nothing else of what the caller has: it crosses to another thread.
      const renewals = sessions.map(({ tenantId, sessionId, epoch }) =>
        write('renewLease', [{ tenantId, sessionId, epoch, owner, leaseMs }, now]),
      );
      const renewed = await Promise.all(renewals);
      return sessions.filter((_, index) => !renewed[index]).map(({ sessionId }) => sessionId);
    },
    beat: (...args) => write('beat', [...args, clock.now()]),
    voidLeases: (...args) => write('voidLeases', args),
    voidLeasesOf: (...args) => write('voidLeasesOf', args),
    deleteSession: (...args) => write('deleteSession', args),
    appendTranscript: (...args) => write('appendTranscript', args),
    recordUsage: (...args) => write('recordUsage', args),
    claimDeliveries: (...args) => write('claimDeliveries', args),
    settleDelivery: (...args) => write('settleDelivery', args),
    replayDelivery: (...args) => write('replayDelivery', args),
    removeExpired: (...args) => write('removeExpired', args),
    addFile: (...args) => write('addFile', args),
    removeFile: (...args) => write('removeFile', args),
    replaceOutputs: (...args) => write('replaceOutputs', args),
    expireFiles: (...args) => write('expireFiles', args),
    addResource: (...args) => write('addResource', args),
    changeResourceSecret: (...args) => write('changeResourceSecret', args),
    removeResource: (...args) => write('removeResource', args),
    removeTranscript: (...args) => write('removeTranscript', args),
    takeLease: (...args) => write('takeLease', [...args, clock.now()]),
    probe: () => write('probe', []),
    createAgent: (...args) => write('createAgent', args),
    updateAgent: (...args) => write('updateAgent', args),
    archiveAgent: (...args) => write('archiveAgent', args),
    deleteAgent: (...args) => write('deleteAgent', args),
    createEnvironment: (...args) => write('createEnvironment', args),
    updateEnvironment: (...args) => write('updateEnvironment', args),
    archiveEnvironment: (...args) => write('archiveEnvironment', args),
    deleteEnvironment: (...args) => write('deleteEnvironment', args),
    readSession: (...args) => read('readSession', args),
    isLeased: (...args) => read('isLeased', [...args, clock.now()]),
    listSessions: (...args) => read('listSessions', args),
    walkSessions: (...args) => read('walkSessions', args),
    readFleet: (...args) => read('readFleet', args),
    readFleetMarks: (...args) => read('readFleetMarks', args),
    readOpenApprovals: (...args) => read('readOpenApprovals', args),
    readEvents: (...args) => read('readEvents', args),
    readEventsBefore: (...args) => read('readEventsBefore', args),
    readMessages: (...args) => read('readMessages', args),
    readInputs: (...args) => read('readInputs', args),
    readRuns: (...args) => read('readRuns', args),
    readFirstRun: (...args) => read('readFirstRun', args),
    readApproval: (...args) => read('readApproval', args),
    listApprovals: (...args) => read('listApprovals', args),
    loadTranscript: (...args) => read('loadTranscript', args),
    readTranscript: (...args) => read('readTranscript', args),
    listTranscriptSubpaths: (...args) => read('listTranscriptSubpaths', args),
    readFile: (...args) => read('readFile', args),
    listFiles: (...args) => read('listFiles', args),
    findFiles: (...args) => read('findFiles', args),
    readOutputs: (...args) => read('readOutputs', args),
    findUsedDigests: (...args) => read('findUsedDigests', args),
    readSessionDigests: (...args) => read('readSessionDigests', args),
    listResources: (...args) => read('listResources', args),
    findKnownSessions: (...args) => read('findKnownSessions', args),
    readDatabaseId: (...args) => read('readDatabaseId', args),
    readUsage: (...args) => read('readUsage', args),
    readDailyUsage: (...args) => read('readDailyUsage', args),
    readDailyFailures: (...args) => read('readDailyFailures', args),
    readCostliestSessions: (...args) => read('readCostliestSessions', args),
    readIdempotency: (...args) => read('readIdempotency', args),
    listDeliveries: (...args) => read('listDeliveries', args),
    readAgent: (...args) => read('readAgent', args),
    listAgents: (...args) => read('listAgents', args),
    listAgentVersions: (...args) => read('listAgentVersions', args),
    readEnvironment: (...args) => read('readEnvironment', args),
    listEnvironments: (...args) => read('listEnvironments', args),
    readLoad: () => read('readLoad', [clock.now()]),
    readQueue: (...args) => read('readQueue', [...args, clock.now()]),
    listEnded: (...args) => read('listEnded', args),
    listNodes: (...args) => read('listNodes', [...args, clock.now()]),
    databaseBytes: () => engine.databaseBytes(),
    [Symbol.asyncDispose]: () => (closed ??= engine.close()),
  };
}

/** The result of a write that was called by its name. */
export function parseWritten<Name extends WriteName>(written: Written<unknown>): Written<WriteResult<Name>> {
  return written as Written<WriteResult<Name>>;
}
