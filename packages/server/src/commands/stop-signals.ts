const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** One Ctrl-C arrives twice when npm runs the server: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 500;

export interface StopSignals {
  /** Resolves when the process is asked to stop. */
  readonly first: Promise<void>;
  /** Resolves when it is asked again; after that a signal does what it does by default. */
  readonly second: Promise<void>;
  [Symbol.dispose](): void;
}

/** Takes over SIGTERM, SIGINT and SIGHUP until it is disposed of or has been asked twice. */
export function listenForStop(): StopSignals {
  let announceFirst: () => void = () => {};
  let announceSecond: () => void = () => {};
  const first = new Promise<void>((resolve) => (announceFirst = resolve));
  const second = new Promise<void>((resolve) => (announceSecond = resolve));

  // waiting -> stopping (a repeat is ignored) -> stoppable again -> forced
  let onSignal = (): void => {
    announceFirst();
    onSignal = () => {};
    setTimeout(() => {
      onSignal = () => {
        announceSecond();
        dispose();
      };
    }, SAME_REQUEST_MS).unref();
  };
  const listener = (): void => onSignal();

  function dispose(): void {
    for (const signal of SIGNALS) process.off(signal, listener);
  }

  for (const signal of SIGNALS) process.on(signal, listener);
  return { first, second, [Symbol.dispose]: dispose };
}
