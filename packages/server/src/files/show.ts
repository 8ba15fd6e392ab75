import { stat } from 'node:fs/promises';
import type { SessionResource } from '../domain/session-resource.ts';
import type { NewResource } from '../store/files.ts';
import type { FilesContext } from './context.ts';
import { pathWithin, placeUpload, removeUpload } from './uploads.ts';

// An agent at work sees at once what its session is given, or not given any more: its uploads folder is one of this
// disk. Where there is none, or it cannot be changed now, it is made right before the next process starts.

export async function showAdded(context: FilesContext, { resource, copy }: NewResource): Promise<void> {
  const { body, sessionId } = resource;
  if (body.type !== 'file' || !copy) return;
  await change(context, sessionId, (uploads) =>
    placeUpload(context.blobs, uploads, pathWithin(body), copy.file.digest),
  );
}

export async function hideRemoved(
  context: FilesContext,
  sessionId: string,
  body: SessionResource,
): Promise<void> {
  if (body.type === 'file')
    await change(context, sessionId, (uploads) => removeUpload(uploads, pathWithin(body)));
}

async function change(
  { directoriesOf, log }: FilesContext,
  sessionId: string,
  work: (uploads: string) => Promise<void>,
): Promise<void> {
  const { uploads } = directoriesOf(sessionId);
  try {
    if (await isThere(uploads)) await work(uploads);
  } catch (error) {
    log.warn(
      { err: error, sessionId },
      'The uploads of a session are not up to date before its next process starts.',
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
