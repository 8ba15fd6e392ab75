import { useEffect, useState } from 'react';
import { toProblem, type Problem } from '../../lib/problem.ts';
import type { FieldErrors } from './field-errors.ts';

interface Errors {
  problem: Problem | undefined;
  fields: FieldErrors;
  show: (error: unknown) => void;
  clear: () => void;
}

/** What the server did not like of the last attempt. The first field that is wrong gets the focus. */
export function useErrors(): Errors {
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (!problem) return;
    const wrong = document.querySelector<HTMLElement>('main [aria-invalid=true], main [data-invalid]');
    wrong?.scrollIntoView({ block: 'center' });
    wrong?.focus({ preventScroll: true });
  }, [problem]);
  return {
    problem,
    fields: problem?.fields ?? {},
    show: (error) => setProblem(toProblem(error)),
    clear: () => setProblem(undefined),
  };
}
