/**
 * A signal that aborts after `ms`, or when `signal` does. Dispose of it when the work is over. Not by
 * AbortSignal.any: Node forgets a time-out that only such a signal refers to.
 */
export function createDeadline(ms: number, signal: AbortSignal): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
