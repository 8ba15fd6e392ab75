import type { Store } from '#src/store/store.ts';

/** Where a server dies: at its `call`th use of the store, before that is carried out or after. */
export interface CrashPoint {
  call: number;
  when: 'before' | 'after';
}

export interface CrashingStore {
  store: Store;
  /** Resolves when the server has died. */
  crashed: Promise<void>;
  /** Resolves when what it had asked for is carried out, answered or not. */
  settled(): Promise<unknown>;
}

/**
 * The store as a server sees it that dies at this point: nothing that it asked for is answered any more, and it asks for
 * nothing. `onCrash` is called in that very moment.
 */
export function createCrashingStore(
  store: Store,
  point: CrashPoint | undefined,
  onCrash: () => void,
): CrashingStore {
  let calls = 0;
  let isDead = false;
  const underWay = new Set<Promise<unknown>>();
  let tell = (): void => undefined;
  const crashed = new Promise<void>((resolve) => (tell = resolve));
  const never = new Promise<never>(() => undefined);
  const die = (): Promise<never> => {
    if (!isDead) {
      isDead = true;
      onCrash();
      tell();
    }
    return never;
  };
  const wrapped = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        if (isDead) return never;
        const call = ++calls;
        if (call === point?.call && point.when === 'before') return die();
        const carriedOut = Promise.resolve(Reflect.apply(value, target, args));
        underWay.add(carriedOut);
        const result: unknown = await carriedOut.finally(() => underWay.delete(carriedOut));
        if (isDead) return never;
        return call === point?.call ? die() : result;
      };
    },
  });
  return { store: wrapped, crashed, settled: () => Promise.allSettled(underWay) };
}
