/** A verdict as a grader gives it. */
export interface ScriptedVerdict {
  result: 'satisfied' | 'needs_revision' | 'failed';
  explanation: string;
  criteria: { name: string; verdict: 'met' | 'partially met' | 'not met'; reason: string }[];
}

export function verdict(result: ScriptedVerdict['result'], explanation: string): ScriptedVerdict {
  const isMet = result === 'satisfied';
  const criteria = [
    { name: 'Complete', verdict: isMet ? ('met' as const) : ('not met' as const), reason: 'Seen.' },
  ];
  return { result, explanation, criteria };
}

/** A rubric by which the scripted grader gives this verdict, whatever there is to see. */
export function rubricOf(given: ScriptedVerdict, before = ''): string {
  return `${before} [[structured=${JSON.stringify(given)}]]`;
}

/** A rubric by which it gives the verdict that stands in a file of the agent's. */
export const RUBRIC_IN_FILE =
  '[[tool=Grep {"pattern":"result","path":"verdict.json","output_mode":"content"}]] [[structured]]';

/** A call of the agent that writes that file. */
export function writing(given: ScriptedVerdict): string {
  const command = `cat > verdict.json <<'END'\n${JSON.stringify(given)}\nEND`;
  return `[[tool=Bash ${JSON.stringify({ command })}]]`;
}

/** The event that defines an outcome. */
export function outcome(description: string, rubric: string, maxIterations?: number) {
  return {
    type: 'user.define_outcome' as const,
    description,
    rubric: { type: 'text' as const, content: rubric },
    ...(maxIterations !== undefined && { max_iterations: maxIterations }),
  };
}
