import { z } from 'zod';
import type { OutcomeResult } from '../domain/managed-session.ts';

/** What a grader says of the work. */
const verdict = z.object({
  criteria: z
    .array(
      z.object({
        name: z.string().describe('The criterion, in a few words of the rubric.'),
        verdict: z.enum(['met', 'partially met', 'not met']),
        reason: z.string().describe('What you saw that says so; if it is not met: what is missing.'),
      }),
    )
    .describe('Every criterion of the rubric, in its order.'),
  explanation: z.string().describe('The judgement as a whole, in one to three sentences.'),
  result: z
    .enum(['satisfied', 'needs_revision', 'failed'])
    .describe(
      'satisfied: the rubric is met. needs_revision: it is not, and more work can change that. failed: the rubric does not apply to work of this kind, so it cannot be judged by it.',
    ),
});
export type Verdict = z.output<typeof verdict>;

// The agent knows no such dialect by its name.
const { $schema: _dialect, ...schema } = z.toJSONSchema(verdict);
/** What the grader is asked to answer with. */
export const VERDICT_SCHEMA: Record<string, unknown> = schema;

/** Undefined: it is none. */
export function parseVerdict(answer: unknown): Verdict | undefined {
  return verdict.safeParse(answer).data;
}

const HEADINGS = {
  satisfied: 'An independent grader found that the outcome is reached:',
  needs_revision: 'An independent grader found that the outcome is not reached yet:',
  max_iterations_reached: 'An independent grader found that the outcome is not reached:',
  failed: 'An independent grader found that the rubric does not apply to this work:',
} satisfies Partial<Record<OutcomeResult, string>>;

/** A verdict in words. Programs of the hosted API know the heading, the list and the last sentence by their form. */
export function explain(result: keyof typeof HEADINGS, { criteria, explanation }: Verdict): string {
  const list = criteria.map(({ name, verdict: how, reason }) => `- ${name} (${how}): ${reason}`).join('\n');
  const parts = [HEADINGS[result], list, explanation];
  if (result === 'needs_revision') parts.push('Please revise your work so that every criterion is met.');
  return parts.filter((part) => part !== '').join('\n\n');
}
