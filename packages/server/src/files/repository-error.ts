/** A repository that a session was given could not be had. */
export class RepositoryError extends Error {
  override name = 'RepositoryError';
  readonly reason: RepositoryErrorReason;

  /** `message`: why, as the end of a sentence, for people. */
  constructor(reason: RepositoryErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** In the words of `/v1`: `repository_<reason>_error`. */
export type RepositoryErrorReason = 'authentication' | 'forbidden' | 'not_found' | 'checkout' | 'clone';
