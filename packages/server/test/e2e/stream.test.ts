import { describe, expect, it } from 'vitest';
import { call, execute, waitForEnd, type StatusBody } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { soakRounds } from '../support/soak.ts';
import { readStream } from '../support/sse-client.ts';

const DISCONNECTS = soakRounds(10);

describe('two streams of one session', () => {
  it(
    'each sees every message once and in order, over random disconnects with Last-Event-ID',
    async () => {
      await using dataDir = await makeDataDir();
      await using server = await startBullpen(dataDir.path);
      // More messages than disconnects, at one on average between two of them: a call is two messages.
      const calls = Array.from(
        { length: DISCONNECTS * 0.7 },
        (_, i) => `[[ttft=30]][[tool=Bash {"command":"echo ${i}"}]]`,
      );
      const id = await execute(server.url, {
        prompt: `${calls.join('')}[[text=done]]`,
        allowed_tools: ['Bash(echo:*)'],
      });
      const follow = async (seed: number): Promise<unknown[]> => {
        const seen: unknown[] = [];
        let last: string | undefined;
        let random = seed;
        for (let left = DISCONNECTS; ; left--) {
          random = (random * 48271) % 0x7fffffff;
          // Leaves after 0 to 2 messages; when all disconnects are used up it stays to the end.
          let take = left > 0 ? random % 3 : Infinity;
          let ended = true;
          for await (const frame of readStream(`${server.url}/sessions/${id}/stream`, last)) {
            if (frame.event !== 'message') continue;
            if (take-- <= 0) {
              ended = false;
              break;
            }
            last = frame.id;
            seen.push(frame.data);
          }
          if (!ended) continue;
          expect(left).toBeLessThanOrEqual(0);
          return seen;
        }
      };
      const [one, other] = await Promise.all([follow(11), follow(4711)]);
      const end = await waitForEnd(server.url, id);
      expect(end.status).toBe('completed');
      const { body } = await call<StatusBody>(server.url, 'GET', `/status/${id}`);
      expect(body.messages.length).toBeGreaterThan(DISCONNECTS);
      expect(one).toEqual(body.messages);
      expect(other).toEqual(body.messages);
    },
    60_000 + DISCONNECTS * 1_000,
  );
});
