import type { Hints } from './hints.ts';
import type { Written } from './operation.ts';
import type { ReadArgs, ReadName, ReadResult, WriteArgs, WriteName, WriteResult } from './operations.ts';
import type { Store } from './store.ts';

/** What a database brings: running reads and writes by name. The rest of the store is the same for all. */
export interface Engine {
  /** Its `ringSession` and `ringWork` are called after each write; to tell other nodes is the engine's business. */
  hints: Hints;
  /** Resolves when it is on disk. */
  write<Name extends WriteName>(name: Name, args: WriteArgs<Name>): Promise<Written<WriteResult<Name>>>;
  read<Name extends ReadName>(name: Name, args: ReadArgs<Name>): Promise<ReadResult<Name>>;
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
    const { result, session, work } = await engine.write(name, args);
    if (session !== undefined) hints.ringSession(session);
    if (work) hints.ringWork();
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
    readSession: (...args) => engine.read('readSession', args),
    listSessions: (...args) => engine.read('listSessions', args),
    readEvents: (...args) => engine.read('readEvents', args),
    readMessages: (...args) => engine.read('readMessages', args),
    readInputs: (...args) => engine.read('readInputs', args),
    readRuns: (...args) => engine.read('readRuns', args),
    loadTranscript: (...args) => engine.read('loadTranscript', args),
    listTranscriptSubpaths: (...args) => engine.read('listTranscriptSubpaths', args),
    readUsage: (...args) => engine.read('readUsage', args),
    nextWakeAt: (...args) => engine.read('nextWakeAt', args),
    [Symbol.asyncDispose]: () => (closed ??= engine.close()),
  };
}
