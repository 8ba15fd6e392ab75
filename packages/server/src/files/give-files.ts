import { join } from 'node:path';
import { BlobMissing, type Blobs } from '../blobs/blobs.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import type { FileResource } from '../domain/session-resource.ts';
import type { FileReads, ResourceRecord } from '../store/files.ts';
import type { GiveRequest, Placement } from './give.ts';
import { pathWithin, placeUpload, removeUpload } from './uploads.ts';

export interface FilesGiven {
  store: Pick<FileReads, 'listResources' | 'findFiles'>;
  blobs: Pick<Blobs, 'place'>;
}

type GivenFile = ResourceRecord & { body: FileResource };

export function isFile(resource: ResourceRecord): resource is GivenFile {
  return resource.body.type === 'file';
}

/**
 * Makes the uploads folder what the session was given, where `placed` is what was in it. Resolves with what is to be shown
 * elsewhere too.
 */
export async function giveFiles(
  context: FilesGiven,
  request: Pick<GiveRequest, 'tenantId' | 'directories' | 'tell'>,
  files: readonly GivenFile[],
  placed: ReadonlySet<string>,
): Promise<Placement[]> {
  const { uploads } = request.directories;
  const wanted = new Set(files.map(({ body }) => pathWithin(body)));
  for (const path of placed) if (!wanted.has(path)) await removeUpload(uploads, path);
  const missing = files.filter(({ body }) => !placed.has(pathWithin(body)));
  const lost = new Set(await placeAll(context, request, uploads, missing));
  return files.flatMap(({ id, body }) =>
    body.alsoAt === null || lost.has(id)
      ? []
      : [
          {
            mount: { source: join(uploads, pathWithin(body)), path: body.alsoAt, isWritable: false },
            whenTaken: toError(
              `The file at ${body.mountPath} is not at ${body.alsoAt} too: something else is there.`,
            ),
          },
        ],
  );
}

/** Resolves with the ids of those that could not be. */
async function placeAll(
  { store, blobs }: FilesGiven,
  { tenantId, tell }: Pick<GiveRequest, 'tenantId' | 'tell'>,
  uploads: string,
  files: readonly GivenFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const found = await store.findFiles(
    tenantId,
    files.map(({ body }) => body.fileId),
  );
  const digests = new Map(found.map(({ id, digest }) => [id, digest]));
  const lost: string[] = [];
  for (const { id, body } of files) {
    try {
      await placeUpload(blobs, uploads, pathWithin(body), digests.get(body.fileId) ?? '');
    } catch (error) {
      if (!(error instanceof BlobMissing)) throw error;
      lost.push(id);
      tell?.(toError(`The file at ${body.mountPath} is not there: its bytes are not on this server.`));
    }
  }
  return lost;
}

function toError(message: string): SessionErrorEvent {
  return { type: 'session.error', error: { type: 'unknown_error', message }, retry: 'retrying' };
}
