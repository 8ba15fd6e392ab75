import { BlobTooLarge, NoRoom } from '../../blobs/blobs.ts';
import {
  FileElsewhere,
  FileExpired,
  FileInUse,
  FileNotDownloadable,
  FileNotFound,
  InvalidResource,
  NoSecret,
  ResourceInUse,
  ResourceNotFound,
  SessionGone,
} from '../../files/errors.ts';
import { FormFault } from '../form.ts';
import { FILE_LIMIT } from '../limits.ts';
import { invalid, notFound, V1Error } from './errors.ts';

/** Does something with a file. `id`: as the client wrote it. */
export async function onFile<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileNotFound) throw notFound('File', id);
    if (error instanceof FileExpired)
      throw new V1Error('not_found_error', `File ${id} has expired.`, { code: 'file_expired' });
    if (error instanceof FileNotDownloadable)
      throw invalid('', `File ${id} is not downloadable.`, { code: 'file_not_downloadable' });
    if (error instanceof FileInUse)
      throw invalid('', `File ${id} is a resource of a session: delete that instead.`);
    if (error instanceof FileElsewhere) throw elsewhere(`The bytes of file ${id}`);
    throw error;
  }
}

/** Takes a file. */
export async function onUpload<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormFault) throw invalid('', `The form cannot be read: ${error.message}`);
    if (error instanceof BlobTooLarge)
      throw new V1Error('request_too_large', `A file has at most ${FILE_LIMIT} bytes`);
    if (error instanceof NoRoom) throw noRoom();
    throw error;
  }
}

export function noRoom(): V1Error {
  return invalid('', 'The disk of the server is nearly full. Delete files that are not needed any more', {
    code: 'storage_quota_exceeded',
  });
}

/**
 * Prepares what a session is given. `pathOf`: where the resource of that index stands in the body, such as `resources.0`;
 * empty: it is the body.
 */
export async function onResources<T>(pathOf: (index: number) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidResource) throw toV1(error, pathOf(error.index));
    if (error instanceof FileElsewhere) throw elsewhere('The bytes of a file, or the files of the session,');
    throw error;
  }
}

/** Does something with a resource of a session; ids as the client wrote them. */
export async function onResource<T>(
  { sessionId, resourceId }: { sessionId: string; resourceId: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SessionGone) throw notFound('Session', sessionId);
    if (error instanceof ResourceNotFound) throw notFound('Session resource', resourceId);
    if (error instanceof ResourceInUse)
      throw invalid('', `Session resource ${resourceId} is the directory in which the session works.`);
    if (error instanceof NoSecret)
      throw invalid('authorization_token', 'only github_repository resources have a token');
    throw error;
  }
}

function toV1({ field, message, reason }: InvalidResource, path: string): V1Error {
  if (reason === 'not_found') return new V1Error('not_found_error', message);
  const where = path === '' ? field : `${path}.${field}`;
  return invalid(where, message, reason === 'expired' ? { code: 'file_expired' } : {});
}

/** Another node may answer: asking again may help. */
function elsewhere(what: string): V1Error {
  const message = `${what} are on another server of this database. Let the servers share them (shared-workspaces)`;
  return new V1Error('api_error', message, { status: 503, headers: { 'retry-after': '1' } });
}
