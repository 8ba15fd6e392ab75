import { toNumber, toOptionalText, toRecord, toText, type WireEvent } from './session-events.ts';
import type { OutcomeItem } from './session-items.ts';
import type { Line, Place } from './session-line.ts';

/** What the session is to achieve, and how often it was judged. */
export class Outcomes {
  readonly #byId = new Map<string, Place>();

  define(event: WireEvent, line: Line, common: Pick<OutcomeItem, 'id' | 'at' | 'turn'>): Place {
    const outcomeId = toText(event['outcome_id']);
    const place = line.add({
      kind: 'outcome',
      ...common,
      outcomeId,
      description: toText(event['description']),
      rubric: toOptionalText(toRecord(event['rubric'])['content']),
      maxIterations: toNumber(event['max_iterations']),
      evaluations: [],
    });
    this.#byId.set(outcomeId, place);
    return place;
  }

  evaluate(event: WireEvent, at: number): undefined {
    const place = this.#byId.get(toText(event['outcome_id']));
    const item = place?.line.get(place.index);
    if (!place || item?.kind !== 'outcome') return undefined;
    const iteration = toNumber(event['iteration']) ?? 0;
    const known = item.evaluations.find((one) => one.iteration === iteration);
    const evaluation = {
      ...(known ?? { iteration, startedAt: at }),
      ...(event.type === 'span.outcome_evaluation_end' && {
        endedAt: at,
        result: toText(event['result']),
        explanation: toText(event['explanation']),
      }),
    };
    const others = item.evaluations.filter((one) => one !== known);
    place.line.set(place.index, { ...item, evaluations: [...others, evaluation] });
  }
}
