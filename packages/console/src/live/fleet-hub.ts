import { FleetFeed, type FeedMessage, type FeedOptions } from './fleet-feed.ts';

/** What a page asks of the hub. */
export type HubRequest = { type: 'key'; key: string | undefined } | { type: 'retry' } | { type: 'leave' };

/** One feed for all pages that have the same key, for as long as there is one. */
export class FleetHub {
  readonly #fetch: FeedOptions['fetch'];
  readonly #feeds = new Map<string | undefined, FleetFeed>();

  constructor(fetch: FeedOptions['fetch']) {
    this.#fetch = fetch;
  }

  /** A page has come: it is told of the fleet by `listener`, from its first `key` on. */
  join(listener: (message: FeedMessage) => void): (request: HubRequest) => void {
    let key: string | undefined;
    let feed: FleetFeed | undefined;
    let leaveFeed: (() => void) | undefined;
    const leave = (): void => {
      leaveFeed?.();
      leaveFeed = undefined;
      if (feed?.size !== 0) return;
      feed.close();
      this.#feeds.delete(key);
    };
    return (request) => {
      if (request.type === 'retry') return feed?.retry();
      if (request.type === 'key' && leaveFeed && key === request.key) return;
      leave();
      if (request.type === 'leave') return;
      key = request.key;
      feed = this.#feedOf(key);
      leaveFeed = feed.join(listener);
    };
  }

  #feedOf(key: string | undefined): FleetFeed {
    const feed = this.#feeds.get(key) ?? new FleetFeed({ key, fetch: this.#fetch });
    this.#feeds.set(key, feed);
    return feed;
  }
}
