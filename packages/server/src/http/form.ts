import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';

/** What a form has besides its file. */
const LIMITS = { files: 1, fields: 16, parts: 18, fieldNameSize: 100, fieldSize: 4096, headerPairs: 16 };

/** The form cannot be read; the message says why. */
export class FormFault extends Error {
  override name = 'FormFault';
}

export interface Form<File> {
  fields: Record<string, string>;
  file:
    | { field: string; filename: string | undefined; mediaType: string | undefined; taken: File }
    | undefined;
}

/**
 * Reads a `multipart/form-data` body with at most one file, which goes to `take` while it comes. `fileField`: what is a file
 * although it has no name. Throws FormFault, and what
 * `take` throws; then the rest of the body is read and forgotten, so that the client gets to see the answer.
 */
export async function readForm<File extends AsyncDisposable>(
  request: IncomingMessage,
  fileField: string,
  take: (content: Readable) => Promise<File>,
  signal: AbortSignal,
): Promise<Form<File>> {
  const parser = createParser(request, fileField);
  const fields: Record<string, string> = {};
  let file: Omit<NonNullable<Form<File>['file']>, 'taken'> | undefined;
  let taking: Promise<File> | undefined;
  let content: Readable | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (message: string): void => reject(new FormFault(message));
      parser.on('field', (name, value, isNameCut, isCut) => {
        if (isNameCut || isCut) return fail(`${name}: the field is too long`);
        fields[name] = value;
      });
      parser.on('file', (field, stream, filename, _encoding, mediaType) => {
        content = stream;
        // What is told to it once nobody reads it any more would end the process.
        stream.on('error', () => undefined);
        file = { field, filename, mediaType };
        taking = take(stream);
        taking.catch(reject);
      });
      parser.once('filesLimit', () => fail('Only one file can be sent at a time'));
      parser.once('fieldsLimit', () => fail('The form has too many fields'));
      parser.once('partsLimit', () => fail('The form has too many parts'));
      // Of a form that is cut off it tells twice.
      parser.on('error', (error) => fail(error instanceof Error ? error.message : 'It is no form'));
      parser.once('finish', resolve);
      request.once('error', reject);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      request.pipe(parser);
    });
    const taken = await taking;
    return { fields, file: file && taken !== undefined ? { ...file, taken } : undefined };
  } catch (error) {
    request.unpipe(parser);
    request.resume();
    content?.destroy();
    const taken = await taking?.catch(() => undefined);
    await taken?.[Symbol.asyncDispose]();
    throw error;
  }
}

function createParser({ headers }: IncomingMessage, fileField: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      limits: LIMITS,
      isPartAFile: (field, _type, filename) => field === fileField || filename !== undefined,
    });
  } catch (error) {
    throw new FormFault(error instanceof Error ? error.message : 'It is no form');
  }
}
