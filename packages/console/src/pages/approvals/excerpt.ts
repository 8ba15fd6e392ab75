import { isRecord } from '../../lib/json.ts';
import { shorten } from '../../lib/format.ts';
import { relativePath } from '../../lib/relative-path.ts';
import { showHidden } from '../../lib/visible-text.ts';

const LENGTH = 160;
/** What says most of a call, by the names that tools give it. */
const TELLING = ['command', 'file_path', 'notebook_path', 'path', 'url', 'query', 'pattern', 'prompt'];

/** A call in one line, for a row of a list. The whole input decides, not this. `cwd`: a path in it is named from there. */
export function toExcerpt(
  {
    input,
    questions,
  }: {
    input: Record<string, unknown>;
    questions: readonly unknown[] | null;
  },
  cwd?: string,
): string {
  const [question] = questions ?? [];
  if (isRecord(question) && typeof question['question'] === 'string') return cut(question['question']);
  // Its first line is a heading.
  if (typeof input['plan'] === 'string') return cut(input['plan'].replace(/^#+\s+/, ''));
  const telling = TELLING.map((name) => input[name]).find((value) => typeof value === 'string');
  if (typeof telling === 'string') return cut(relativePath(telling, cwd));
  return Object.keys(input).length === 0 ? '' : cut(JSON.stringify(input));
}

function cut(text: string): string {
  return shorten(showHidden(text), LENGTH);
}
