import { Mime } from 'mime';
import otherTypes from 'mime/types/other.js';
import standardTypes from 'mime/types/standard.js';

const UNKNOWN = 'application/octet-stream';

/** What agents and programmers mean by these endings, where the lists know nothing or something else. */
const types = new Mime(standardTypes, otherTypes).define(
  { 'text/x-python': ['py'], 'text/x-typescript': ['ts', 'tsx', 'mts', 'cts'], 'text/plain': ['log', 'txt'] },
  true,
);

/** The type of a file that nobody named one for. */
export function mediaTypeOf(filename: string): string {
  return types.getType(filename) ?? UNKNOWN;
}

/** What a client said of a file that it sent: a type that says nothing is none. */
export function chooseMediaType(given: string | undefined, filename: string): string {
  return given && given !== UNKNOWN && TYPE.test(given) ? given : mediaTypeOf(filename);
}

const TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/** The last part of the name that a client gave a file; without one, a name that goes with its type. */
export function chooseFilename(given: string | undefined, mediaType: string): string {
  const name = given?.split(/[\\/]/).at(-1) ?? '';
  if (name !== '') return name;
  const extension = types.getExtension(mediaType);
  return extension ? `unnamed.${extension}` : 'unnamed';
}
