import type { Scenario } from './harness/scenario.ts';
import { acknowledgement } from './scenarios/acknowledgement.ts';
import { boot } from './scenarios/boot.ts';
import { burst } from './scenarios/burst.ts';
import { console } from './scenarios/console.ts';
import { creates } from './scenarios/creates.ts';
import { events } from './scenarios/events.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { firstText } from './scenarios/first-text.ts';
import { growth } from './scenarios/growth.ts';
import { managed } from './scenarios/managed.ts';
import { nextTurn } from './scenarios/next-turn.ts';
import { rateLimit } from './scenarios/rate-limit.ts';

/** All of them, in the order of the published table. */
export const SCENARIOS: readonly Scenario[] = [
  firstText,
  nextTurn,
  managed,
  burst,
  acknowledgement,
  events,
  creates,
  growth,
  fanOut,
  rateLimit,
  console,
  boot,
];
