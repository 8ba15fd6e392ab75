import { describe, expect, it } from 'vitest';
import { createModelPatience } from '#src/agent/environment.ts';
import { createPatience } from '#src/gateway/patience.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Then the agent gives up a request without an answer, whatever it is told. */
const AGENT_GIVES_UP_MS = 360 * SECOND;

describe("the agent's patience", () => {
  it.each([SECOND, 15 * MINUTE, 6 * 60 * MINUTE])(
    'of %i ms lasts as long as that of the gateway',
    (troubleMs) => {
      const gateway = createPatience(troubleMs);
      const agent = createModelPatience(gateway);
      const longestRequestMs = gateway.holdMs + gateway.answerBeginsMs;
      expect(agent.answerBeginsMs).toBeGreaterThan(longestRequestMs);
      expect(agent.answerBeginsMs).toBeLessThan(AGENT_GIVES_UP_MS);
      expect((agent.maxRetries + 1) * gateway.holdMs).toBeGreaterThan(troubleMs);
    },
  );
});
