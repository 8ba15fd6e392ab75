import type { Hints } from './hints.ts';
import type { Operation, Written } from './operation.ts';
import type { Store, StoreReads, StoreWrites } from './store.ts';

/** What an engine writes: as the store, but leases are renewed one by one (calls made together share a commit). */
export interface EngineWrites extends Omit<StoreWrites, 'renew'> {
  /** False: `owner` does not hold it any more. */
  renewLease(renewal: LeaseRenewal): Promise<boolean>;
}

export interface LeaseRenewal {
  tenantId: string;
  sessionId: string;
  owner: string;
  leaseUntil: number;
  epoch: number;
}

export type WriteName = keyof EngineWrites;
export type ReadName = keyof StoreReads;
export type WriteArgs<Name extends WriteName> = Parameters<EngineWrites[Name]>;
export type ReadArgs<Name extends ReadName> = Parameters<StoreReads[Name]>;
export type WriteResult<Name extends WriteName> = Awaited<ReturnType<EngineWrites[Name]>>;
export type ReadResult<Name extends ReadName> = Awaited<ReturnType<StoreReads[Name]>>;

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
export function createStore(engine: Engine): Store {
  const { hints } = engine;
  let closed: Promise<void> | undefined;

  const write = async <Name extends WriteName>(
    name: Name,
    args: WriteArgs<Name>,
  ): Promise<WriteResult<Name>> => {
    const { result, session, inputs, work, deliveries } = await engine.write(name, args);
    if (session !== undefined) hints.ringSession(session);
    if (session !== undefined && inputs) hints.ringInputs(session);
    if (work) hints.ringWork();
    if (deliveries) hints.ringDeliveries();
    return result;
  };

  return {
    hints,
    createSession: (...args) => write('createSession', args),
    commit: (...args) => write('commit', args),
    claim: (...args) => write('claim', args),
    async renew({ owner, sessions, leaseUntil }) {
      const renewals = sessions.map((lease) => write('renewLease', [{ ...lease, owner, leaseUntil }]));
      const renewed = await Promise.all(renewals);
      return sessions.filter((_, index) => !renewed[index]).map(({ sessionId }) => sessionId);
    },
    voidLeases: (...args) => write('voidLeases', args),
    deleteSession: (...args) => write('deleteSession', args),
    appendTranscript: (...args) => write('appendTranscript', args),
    recordUsage: (...args) => write('recordUsage', args),
    claimDeliveries: (...args) => write('claimDeliveries', args),
    settleDelivery: (...args) => write('settleDelivery', args),
    replayDelivery: (...args) => write('replayDelivery', args),
    removeExpired: (...args) => write('removeExpired', args),
    removeTranscript: (...args) => write('removeTranscript', args),
    takeLease: (...args) => write('takeLease', args),
    readSession: (...args) => engine.read('readSession', args),
    listSessions: (...args) => engine.read('listSessions', args),
    readEvents: (...args) => engine.read('readEvents', args),
    readMessages: (...args) => engine.read('readMessages', args),
    readInputs: (...args) => engine.read('readInputs', args),
    readRuns: (...args) => engine.read('readRuns', args),
    readApproval: (...args) => engine.read('readApproval', args),
    listApprovals: (...args) => engine.read('listApprovals', args),
    loadTranscript: (...args) => engine.read('loadTranscript', args),
    listTranscriptSubpaths: (...args) => engine.read('listTranscriptSubpaths', args),
    readUsage: (...args) => engine.read('readUsage', args),
    readIdempotency: (...args) => engine.read('readIdempotency', args),
    listDeliveries: (...args) => engine.read('listDeliveries', args),
    readQueue: (...args) => engine.read('readQueue', args),
    listEnded: (...args) => engine.read('listEnded', args),
    databaseBytes: () => engine.databaseBytes(),
    [Symbol.asyncDispose]: () => (closed ??= engine.close()),
  };
}

/** The result of a write that was called by its name. */
export function parseWritten<Name extends WriteName>(written: Written<unknown>): Written<WriteResult<Name>> {
  return written as Written<WriteResult<Name>>;
}
