import { EventEmitter } from 'node:events';
import { Draft, type Preview, type Written } from './draft.ts';

/**
 * "Look again", and nothing more. A lost hint costs latency, never correctness: who waits for one also
 * looks by itself from time to time. Previews (text while it is written) travel the same road, within the process only.
 */
export interface Hints {
  /** Something changed in this session's rows or log. */
  ringSession(sessionId: string): void;
  /** This session has new inputs: for the one who works on it. */
  ringInputs(sessionId: string): void;
  /** There may be a session to claim. */
  ringWork(): void;
  /** There is something to deliver. Only within the process: other nodes look by themselves. */
  ringDeliveries(): void;
  onSession(sessionId: string, listener: () => void): Unsubscribe;
  /** Of all sessions. Undefined: hints may have been lost, so it may be any of them. */
  onAnySession(listener: (sessionId: string | undefined) => void): Unsubscribe;
  onInputs(sessionId: string, listener: () => void): Unsubscribe;
  onWork(listener: () => void): Unsubscribe;
  onDeliveries(listener: () => void): Unsubscribe;
  /** For the one who works on this session: what its agent writes. Takes the place of an earlier one. */
  openDraft(sessionId: string): Draft;
  /** What is being written in this session; undefined: nobody works on it here. */
  written(sessionId: string): Written | undefined;
  /** True while somebody reads previews of this session. */
  wantsPreviews(sessionId: string): boolean;
  onPreview(sessionId: string, listener: (preview: Preview) => void): Unsubscribe;
}

export type Unsubscribe = () => void;

const ANY_SESSION = 'any-session';
const WORK = 'work';
const DELIVERIES = 'deliveries';

/** Hints within one process. */
export class LocalHints implements Hints {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #drafts = new Map<string, Draft>();

  ringSession(sessionId: string): void {
    this.#emitter.emit(`session:${sessionId}`);
    this.#emitter.emit(ANY_SESSION, sessionId);
  }

  ringInputs(sessionId: string): void {
    this.#emitter.emit(`inputs:${sessionId}`);
  }

  ringWork(): void {
    this.#emitter.emit(WORK);
  }

  ringDeliveries(): void {
    this.#emitter.emit(DELIVERIES);
  }

  /** After hints may have been lost: everybody looks again, at everything. */
  ringEverybody(): void {
    for (const event of this.#emitter.eventNames()) {
      if (!String(event).startsWith('preview:')) this.#emitter.emit(event);
    }
  }

  onSession(sessionId: string, listener: () => void): Unsubscribe {
    return this.#on(`session:${sessionId}`, listener);
  }

  onAnySession(listener: (sessionId: string | undefined) => void): Unsubscribe {
    return this.#on(ANY_SESSION, listener);
  }

  onInputs(sessionId: string, listener: () => void): Unsubscribe {
    return this.#on(`inputs:${sessionId}`, listener);
  }

  onWork(listener: () => void): Unsubscribe {
    return this.#on(WORK, listener);
  }

  onDeliveries(listener: () => void): Unsubscribe {
    return this.#on(DELIVERIES, listener);
  }

  openDraft(sessionId: string): Draft {
    const draft = new Draft({
      tell: (preview) => void this.#emitter.emit(`preview:${sessionId}`, preview),
      closed: () => {
        if (this.#drafts.get(sessionId) === draft) this.#drafts.delete(sessionId);
      },
    });
    this.#drafts.set(sessionId, draft);
    return draft;
  }

  written(sessionId: string): Written | undefined {
    return this.#drafts.get(sessionId);
  }

  wantsPreviews(sessionId: string): boolean {
    return this.#emitter.listenerCount(`preview:${sessionId}`) > 0;
  }

  onPreview(sessionId: string, listener: (preview: Preview) => void): Unsubscribe {
    return this.#on(`preview:${sessionId}`, listener);
  }

  #on(event: string, listener: (...args: never[]) => void): Unsubscribe {
    const on = listener as (...args: unknown[]) => void;
    this.#emitter.on(event, on);
    return () => void this.#emitter.off(event, on);
  }
}
