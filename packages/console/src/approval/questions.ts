export interface Question {
  question: string;
  header: string;
  options: readonly { label: string; description: string }[];
  multiSelect: boolean;
}

/** What a person has chosen for one question, and what they wrote themselves. */
export interface Choice {
  labels: readonly string[];
  /** Absent: “something else” is not chosen. */
  other?: string;
}

/** The agent's questions, as far as they can be asked. */
export function parseQuestions(questions: readonly unknown[]): Question[] {
  return questions.flatMap((entry) => {
    if (!isObject(entry) || typeof entry['question'] !== 'string') return [];
    const options = Array.isArray(entry['options']) ? entry['options'].filter(isObject) : [];
    return [
      {
        question: entry['question'],
        header: textOf(entry['header']),
        options: options.map(({ label, description }) => ({
          label: textOf(label),
          description: textOf(description),
        })),
        multiSelect: entry['multiSelect'] === true,
      },
    ];
  });
}

/** A click on an option: it comes or goes; where one is to be chosen, it is the only one. */
export function toggle({ multiSelect }: Question, choice: Choice, label: string): Choice {
  if (!multiSelect) return { labels: [label] };
  const labels = choice.labels.includes(label)
    ? choice.labels.filter((one) => one !== label)
    : [...choice.labels, label];
  return { ...choice, labels };
}

/** The same for “something else”. */
export function toggleOther({ multiSelect }: Question, choice: Choice): Choice {
  if (!multiSelect) return { labels: [], other: choice.other ?? '' };
  return choice.other === undefined ? { ...choice, other: '' } : { labels: choice.labels };
}

/** The answers as the agent takes them, or the first question that has none. */
export function toAnswers(
  questions: readonly Question[],
  choices: Readonly<Record<string, Choice>>,
): { answers: Record<string, string> } | { missing: string } {
  const answers: Record<string, string> = {};
  for (const { question, options } of questions) {
    const { labels = [], other = '' } = choices[question] ?? {};
    // In the order in which they are offered.
    const chosen = options.map(({ label }) => label).filter((label) => labels.includes(label));
    const parts = other.trim() === '' ? chosen : [...chosen, other.trim()];
    if (parts.length === 0) return { missing: question };
    answers[question] = parts.join(', ');
  }
  return { answers };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
