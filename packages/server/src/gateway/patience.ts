import { MINUTE, SECOND } from '../lib/duration.ts';

/** How patient the gateway is with the provider. */
export interface GatewayPatience {
  /** How long a run waits while the provider serves none of its requests. */
  troubleMs: number;
  /** How long one request is held of it: then the agent has to ask again, because it gives up by itself after 360 s. */
  holdMs: number;
  /** Until an answer begins. A long one that is not streamed begins late. */
  answerBeginsMs: number;
}

/** The times that fit together: what is held and what begins late stay below the 360 s of the agent, whatever it is told. */
export function createPatience(troubleMs: number): GatewayPatience {
  return { troubleMs, holdMs: 4 * MINUTE, answerBeginsMs: 90 * SECOND };
}
