import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { AppContext } from '../context.ts';
import { invalid } from './errors.ts';
import { MAX_RUBRIC, type ClientEvent } from './event-schemas.ts';
import { onFile } from './file-errors.ts';
import { found, requireId } from './ids.ts';

type DefineOutcome = Extract<ClientEvent, { type: 'user.define_outcome' }>;
type Rubric = DefineOutcome['rubric'];
type TextRubric = Extract<Rubric, { type: 'text' }>;

/** An event of a client in which every rubric is a text. */
export type CompleteEvent = Exclude<ClientEvent, DefineOutcome> | (DefineOutcome & { rubric: TextRubric });

/**
 * Reads the rubrics that are files: what the file says now counts, whatever becomes of it. `field`: where the events stand in
 * the body.
 */
export function readRubrics(
  events: readonly ClientEvent[],
  field: string,
  context: Pick<AppContext, 'files'>,
): Promise<CompleteEvent[]> {
  return Promise.all(
    events.map(async (event, index) =>
      event.type === 'user.define_outcome'
        ? { ...event, rubric: await readRubric(event.rubric, `${field}.${index}.rubric.file_id`, context) }
        : event,
    ),
  );
}

async function readRubric(
  rubric: Rubric,
  path: string,
  { files }: Pick<AppContext, 'files'>,
): Promise<TextRubric> {
  if (rubric.type === 'text') return rubric;
  const { file_id: id } = rubric;
  return onFile(id, async () => {
    const file = found('file', id, await files.find(DEFAULT_TENANT, requireId('file', id)));
    // No character takes more than four bytes of UTF-8.
    if (file.sizeBytes > 4 * MAX_RUBRIC) throw tooLong(path);
    const bytes = await buffer((await files.open(file)).stream);
    if (bytes.length === 0 || !isUtf8(bytes)) throw invalid(path, 'The rubric has to be a text in UTF-8');
    const content = bytes.toString();
    if (content.length > MAX_RUBRIC) throw tooLong(path);
    return { type: 'text', content };
  });
}

function tooLong(path: string): Error {
  return invalid(path, `A rubric has at most ${MAX_RUBRIC} characters`);
}
