import { readStored, store } from '../lib/storage.ts';

const NAME = 'alerts';

export type Permission = NotificationPermission | 'unsupported';

/** Whether this person wants to be told of what waits for them, which is off until they say so. */
class Alerts {
  readonly #listeners = new Set<() => void>();

  constructor() {
    // Switched in another tab.
    globalThis.addEventListener?.('storage', () => this.#tell());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  isOn = (): boolean => readStored(NAME) === 'on';

  set(isOn: boolean): void {
    store(NAME, isOn ? 'on' : undefined);
    this.#tell();
  }

  /** Of the browser. It has none for pages that are not served over HTTPS or from this machine. */
  permission = (): Permission =>
    'Notification' in globalThis && globalThis.isSecureContext ? Notification.permission : 'unsupported';

  async askPermission(): Promise<Permission> {
    return this.permission() === 'default' ? Notification.requestPermission() : this.permission();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const alerts = new Alerts();
