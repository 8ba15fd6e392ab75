/** What a fork remembers last: an entry of the transcript, or the one before a message of the client. */
export type ForkPoint = { after: string } | { before: string };

/**
 * Why there can be no fork at an event. `unknown`: it is not in the log. `no_message`: it is no message of the main line.
 * `not_remembered`: the transcript does not have it, or not yet. `between_calls`: calls have no result there.
 */
export type ForkFault = 'unknown' | 'no_message' | 'not_remembered' | 'between_calls';
