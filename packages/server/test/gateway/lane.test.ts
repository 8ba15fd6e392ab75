import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type Place } from '#src/gateway/fair-queue.ts';
import { Lane, type Ticket } from '#src/gateway/lane.ts';
import type { Trouble } from '#src/gateway/trouble.ts';

const MINUTE = 60_000;
const LANE = { random: () => 0.5, patienceMs: 15 * MINUTE };

function trouble(change: Partial<Trouble> = {}): Trouble {
  return { status: 429, retryAfterMs: undefined, isFinal: false, isShared: true, ...change };
}

interface Asked {
  at: number;
  sessionId: string;
}

interface Sent {
  at: number;
  ticket: Ticket;
  refusal: Trouble | undefined;
  hadWaited: boolean;
}

/**
 * Plays a lane against a provider, in virtual time. `provider` says what it makes of a request that reaches it now;
 * it says so `latencyMs` later. Gives back what was sent, in order, and when the last one was served.
 */
function play(
  asked: Asked[],
  provider: (now: number) => Trouble | undefined,
  {
    latencyMs = 20,
    onRelease = (_now: number, _lane: Lane, _waiting: Set<Ticket>, _ticket: Ticket): void => {},
  } = {},
): { sent: Sent[]; endedAt: number; lane: Lane } {
  const lane = new Lane(LANE);
  const sent: Sent[] = [];
  const waiting = new Set<Ticket>();
  const agenda = asked.map(({ at, sessionId }) => ({
    at,
    act(now: number) {
      enter(lane.arrive(sessionId), now);
    },
  }));
  function enter(ticket: Ticket, now: number): void {
    waiting.add(ticket);
    lane.enter(ticket, now);
  }
  function send(ticket: Ticket, at: number): void {
    onRelease(at, lane, waiting, ticket);
    waiting.delete(ticket);
    const refusal = provider(at);
    sent.push({ at, ticket, refusal, hadWaited: ticket.hasWaited });
    agenda.push({
      at: at + latencyMs,
      act(now) {
        if (!refusal) lane.served(ticket, now);
        else if (lane.refused(ticket, refusal, now)) enter(ticket, now);
      },
    });
  }
  let now = 0;
  while (agenda.length > 0 || waiting.size > 0) {
    agenda.sort((a, b) => a.at - b.at);
    const readyAt = waiting.size > 0 ? lane.readyAt() : Infinity;
    const next = agenda[0];
    now = Math.max(now, Math.min(readyAt, next?.at ?? Infinity));
    if (next && next.at <= now) {
      agenda.shift();
      next.act(now);
    }
    for (const ticket of lane.release(now)) send(ticket, now);
    if (sent.length > 100_000) throw new Error('It never ends.');
  }
  return { sent, endedAt: now, lane };
}

/** A provider that serves so many a second (a bucket that holds as many) and refuses the rest. */
function createLimit(perSecond: number, refusal: Trouble): (now: number) => Trouble | undefined {
  let tokens = perSecond;
  let filledAt = 0;
  return (now) => {
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return refusal;
    tokens--;
    return undefined;
  };
}

const arbitraryAsked = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 5000 }),
    sessionId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  }),
  { minLength: 1, maxLength: 60 },
);
const arbitraryOutage = fc.record({
  from: fc.integer({ min: 0, max: 3000 }),
  ms: fc.integer({ min: 0, max: 10 * MINUTE }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
  status: fc.constantFrom(429, 529, 503, 0),
});

describe('a lane', () => {
  it('without trouble lets everything out in the moment in which it comes', () => {
    fc.assert(
      fc.property(arbitraryAsked, (asked) => {
        const { sent } = play(asked, () => undefined);
        expect(sent.map(({ at }) => at)).toEqual(asked.map(({ at }) => at).sort((a, b) => a - b));
      }),
    );
  });

  it('serves all in the end, however long an outage lasts, soon after its end, and asks little meanwhile', () => {
    fc.assert(
      fc.property(arbitraryAsked, arbitraryOutage, (asked, { from, ms, ...refusal }) => {
        const to = from + ms;
        const { sent, endedAt } = play(asked, (now) =>
          now >= from && now < to ? trouble(refusal) : undefined,
        );
        expect(sent.filter((one) => !one.refusal)).toHaveLength(asked.length);
        const wishMs = refusal.retryAfterMs ?? 0;
        // The longest pause, and then a quarter of a second for each at first.
        expect(endedAt).toBeLessThan(Math.max(to, 5000) + Math.max(30_000, wishMs) + 20_000);
        const inFlight = asked.filter(({ at }) => at >= from - 20 && at <= from + 40).length;
        const probes = 8 + ms / 15_000;
        expect(sent.filter((one) => one.refusal).length).toBeLessThanOrEqual(
          asked.length + inFlight + probes,
        );
      }),
    );
  });

  it('sends nothing before the provider wants it, and then one request alone', () => {
    fc.assert(
      fc.property(
        arbitraryAsked,
        arbitraryOutage,
        fc.integer({ min: 1, max: 200 }),
        (asked, outage, latencyMs) => {
          const { from, ms, ...refusal } = outage;
          const { sent } = play(
            asked,
            (now) => (now >= from && now < from + ms ? trouble(refusal) : undefined),
            {
              latencyMs,
            },
          );
          for (const { at, refusal: met } of sent) {
            if (!met) continue;
            const heardAt = at + latencyMs;
            const wishedFor = sent.filter(
              (other) => other.at > heardAt && other.at < heardAt + (met.retryAfterMs ?? 0),
            );
            expect(wishedFor).toEqual([]);
            const unheard = sent.filter((other) => other.at > heardAt && other.at <= heardAt + latencyMs);
            expect(unheard.length).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('keeps the order of a session, and lets one of each session go before a second one of any', () => {
    fc.assert(
      fc.property(arbitraryAsked, arbitraryOutage, (asked, { from, ms, ...refusal }) => {
        play(asked, (now) => (now >= from && now < from + ms ? trouble(refusal) : undefined), {
          onRelease(_now, _lane, waiting, ticket) {
            for (const other of waiting) {
              if (other.sessionId === ticket.sessionId)
                expect(other.order).toBeGreaterThanOrEqual(ticket.order);
              expect(other.round).toBeGreaterThanOrEqual(ticket.round);
            }
          },
        });
      }),
    );
  });

  it('finds the pace of a limit: nearly all of it is used, and little is refused', () => {
    for (const perSecond of [1, 5, 20, 100]) {
      const asked = Array.from({ length: 50 * 6 }, (_, index) => ({ at: 0, sessionId: `s${index % 50}` }));
      const refusal = trouble({ retryAfterMs: 1000 });
      const { sent, endedAt } = play(asked, createLimit(perSecond, refusal), { latencyMs: 300 });
      // Those that were under way when the first one was refused are no fault of the lane.
      const refused = sent.filter((one) => one.refusal && one.hadWaited).length;
      expect(refused).toBeLessThan(asked.length / 10);
      expect(endedAt).toBeLessThan((asked.length / perSecond) * 1000 * 1.5 + 5000);
    }
  });

  it('a probe that is not answered keeps the others waiting for seconds only', () => {
    const lane = new Lane(LANE);
    const [first, second, third] = ['a', 'b', 'c'].map((sessionId) => lane.arrive(sessionId));
    if (!first || !second || !third) throw new Error('No tickets.');
    lane.enter(first, 0);
    expect(lane.release(0)).toEqual([first]);
    lane.refused(first, trouble(), 0);
    for (const ticket of [first, second, third]) lane.enter(ticket, 0);
    const probeAt = lane.readyAt();
    expect(lane.release(probeAt)).toEqual([first]);
    expect(lane.release(probeAt + 9999)).toEqual([]);
    expect(lane.release(probeAt + 10_000)).toEqual([second]);
    // The agent of this probe has left: another one may go at once.
    lane.leave(second);
    expect(lane.release(probeAt + 10_001)).toEqual([third]);
  });

  it('lets another one probe each time: one that cannot be served does not keep the others from it', () => {
    const lane = new Lane(LANE);
    const [poison, second, third] = ['a', 'b', 'c'].map((sessionId) => lane.arrive(sessionId));
    if (!poison || !second || !third) throw new Error('No tickets.');
    const refuse = (): void => {
      expect(lane.release(lane.readyAt())).toEqual([poison]);
      lane.refused(poison, trouble({ status: 0 }), lane.readyAt());
      lane.enter(poison, lane.readyAt());
    };
    lane.enter(poison, 0);
    refuse();
    for (const ticket of [second, third]) lane.enter(ticket, 0);
    refuse();
    const probeAt = lane.readyAt();
    expect(lane.release(probeAt)).toEqual([second]);
    lane.served(second, probeAt);
    expect(lane.release(probeAt + 1000)).toEqual([third]);
  });

  it('takes a failure for that of one request, three in a row for an outage', () => {
    const lane = new Lane(LANE);
    const failure = trouble({ status: 500, isShared: false });
    const ticket = lane.arrive('a');
    const fail = (): boolean => {
      lane.enter(ticket, 0);
      lane.release(0);
      return lane.refused(ticket, failure, 0);
    };
    expect([fail(), fail()]).toEqual([false, false]);
    lane.served(ticket, 0);
    expect([fail(), fail(), fail()]).toEqual([false, false, true]);
    expect(lane.isPaused).toBe(true);
  });

  it('does not keep everybody from asking for longer than anybody would wait', () => {
    const lane = new Lane(LANE);
    const ticket = lane.arrive('a');
    lane.enter(ticket, 0);
    lane.release(0);
    lane.refused(ticket, trouble({ retryAfterMs: 60 * MINUTE }), 0);
    expect(lane.readyAt()).toBeLessThan(1000);
  });
});

describe('the queue', () => {
  it('never lets a session go three times while another one waits', () => {
    const actions = fc.array(fc.constantFrom('a', 'b', 'c', 'take'), { maxLength: 200 });
    fc.assert(
      fc.property(actions, (steps) => {
        const queue = new FairQueue<Place>();
        const since = new Map<string, string[]>();
        for (const step of steps) {
          if (step === 'take') {
            const taken = queue.take()?.sessionId;
            if (!taken) continue;
            since.delete(taken);
            if ([...queue].some(({ sessionId }) => sessionId === taken)) since.set(taken, []);
            for (const [sessionId, others] of since) if (sessionId !== taken) others.push(taken);
          } else {
            queue.add(queue.arrive(step));
            if (!since.has(step)) since.set(step, []);
          }
          for (const others of since.values()) {
            for (const name of ['a', 'b', 'c']) {
              expect(others.filter((other) => other === name).length).toBeLessThanOrEqual(2);
            }
          }
        }
      }),
    );
  });
});
