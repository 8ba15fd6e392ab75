import { ApiError } from './errors.ts';

/** The streams that are open on this server. Each costs a connection, so there may not be any number of them. */
export class Streams {
  readonly max: number;
  #open = 0;

  /** `max` 0: no limit. */
  constructor(max: number) {
    this.max = max;
  }

  get open(): number {
    return this.#open;
  }

  /** Counts one until it is disposed of. Throws ApiError when there are too many. */
  enter(): Disposable {
    if (this.max > 0 && this.#open >= this.max) throw new ApiError('too_many_streams', { max: this.max });
    this.#open++;
    return { [Symbol.dispose]: () => void this.#open-- };
  }
}
