import type { Readable } from 'node:stream';
import type { StagedBlob, StageLimits } from '../blobs/blobs.ts';
import type { ContentBlock } from '../domain/content.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import type { FileQuery, FileRecord, NewResource, ResourceRecord } from '../store/files.ts';
import type { IdempotencyRecord } from '../store/records.ts';
import { dropUnused, hasExpired } from './bytes.ts';
import { checkContent } from './content.ts';
import type { FilesContext } from './context.ts';
import {
  FileElsewhere,
  FileExpired,
  FileInUse,
  FileNotDownloadable,
  FileNotFound,
  UploadRepeated,
} from './errors.ts';
import { chooseFilename, chooseMediaType } from './media-type.ts';
import {
  addResource,
  changeSecret,
  copyResources,
  prepareResources,
  removeResource,
  type AddRequest,
  type ResourceRequest,
} from './resources.ts';
import { hideRemoved, showAdded } from './show.ts';

/** What the HTTP side can do with files and with what sessions are given. */
export interface Files {
  /** Takes bytes down to the disk. Throws BlobTooLarge, NoRoom. */
  stage(source: AsyncIterable<Uint8Array>, limits: StageLimits): Promise<StagedBlob>;
  /** Makes bytes a file. `idempotency`: what is stored with it. Throws UploadRepeated. */
  upload(
    tenantId: string,
    blob: StagedBlob,
    about: UploadAbout,
    idempotency: (file: FileRecord) => IdempotencyRecord | undefined,
  ): Promise<FileRecord>;
  find(tenantId: string, fileId: string): Promise<FileRecord | undefined>;
  list(tenantId: string, query: FileQuery): Promise<FileRecord[]>;
  /** Those of these that there are. */
  findAll(tenantId: string, fileIds: string[]): Promise<FileRecord[]>;
  /** Throws FileExpired, FileNotDownloadable, FileElsewhere. */
  open(file: FileRecord): Promise<{ bytes: number; stream: Readable }>;
  /** Throws FileNotFound, FileInUse. */
  remove(tenantId: string, fileId: string): Promise<void>;
  /** See content.ts. Throws InvalidContent. */
  checkContent(tenantId: string, content: readonly ContentBlock[]): Promise<void>;
  /** Removes bytes that no file has any more. */
  dropUnused(digests: readonly string[]): Promise<void>;
  /**
   * What a session is to be given, checked and complete, to be stored with it; `home`: the only node on which it can be worked
   * on because of it, if there is such. Throws InvalidResource, FileElsewhere.
   */
  prepareResources(
    tenantId: string,
    sessionId: string,
    requests: readonly ResourceRequest[],
  ): Promise<{ resources: NewResource[]; home: string | undefined }>;
  /** What a session was given, for another one to be stored with. Throws FileElsewhere. */
  copyResources(
    tenantId: string,
    sessions: { from: string; to: string },
  ): Promise<{ resources: NewResource[] }>;
  /** What these sessions were given, oldest first. */
  resources(tenantId: string, ...sessionIds: string[]): Promise<ResourceRecord[]>;
  /** Gives a session something more. Throws InvalidResource, FileElsewhere, SessionGone, UploadRepeated. */
  addResource(tenantId: string, sessionId: string, request: AddRequest): Promise<ResourceRecord>;
  /** Throws ResourceNotFound, NoSecret. */
  changeSecret(
    tenantId: string,
    sessionId: string,
    resourceId: string,
    secret: string,
  ): Promise<ResourceRecord>;
  /** Throws ResourceNotFound, ResourceInUse. */
  removeResource(tenantId: string, sessionId: string, resourceId: string): Promise<void>;
}

export interface UploadAbout {
  /** As the client named it. */
  filename: string | undefined;
  mediaType: string | undefined;
  expiresInSeconds: number | undefined;
}

export function createFiles(context: FilesContext): Files {
  const { store, blobs, clock } = context;

  return {
    stage: (source, limits) => blobs.stage(source, limits),

    async upload(tenantId, blob, { filename, mediaType, expiresInSeconds }, idempotency) {
      const now = clock.now();
      const type = chooseMediaType(mediaType, filename ?? '');
      const file: FileRecord = {
        tenantId,
        id: createId(now),
        sessionId: null,
        path: null,
        stamp: null,
        filename: chooseFilename(filename, type),
        mediaType: type,
        sizeBytes: blob.bytes,
        digest: blob.digest,
        isDownloadable: true,
        createdAt: now,
        expiresAt: expiresInSeconds === undefined ? null : now + expiresInSeconds * SECOND,
      };
      const isStored = await blob.keep(() => store.addFile(file, idempotency(file)));
      if (isStored) return file;
      await dropUnused(context, [blob.digest]);
      throw new UploadRepeated();
    },

    find: (tenantId, fileId) => store.readFile(tenantId, fileId),
    list: (tenantId, query) => store.listFiles(tenantId, query),
    findAll: (tenantId, fileIds) => store.findFiles(tenantId, fileIds),

    async open(file) {
      if (!file.isDownloadable) throw new FileNotDownloadable();
      if (hasExpired(file, clock.now())) throw new FileExpired();
      const opened = await blobs.open(file.digest);
      if (!opened) throw new FileElsewhere();
      return opened;
    },

    async remove(tenantId, fileId) {
      const file = await store.readFile(tenantId, fileId);
      if (!file) throw new FileNotFound();
      if (isGiven(file)) throw new FileInUse();
      const removed = await store.removeFile(tenantId, fileId);
      if (!removed) throw new FileNotFound();
      await dropUnused(context, [removed.digest]);
    },

    checkContent: (tenantId, content) => checkContent(context, tenantId, content),
    dropUnused: (digests) => dropUnused(context, digests),
    prepareResources: (tenantId, sessionId, requests) =>
      prepareResources(context, tenantId, sessionId, requests),
    copyResources: (tenantId, sessions) => copyResources(context, tenantId, sessions),
    resources: (tenantId, ...sessionIds) => store.listResources(tenantId, sessionIds),
    async addResource(tenantId, sessionId, request) {
      const added = await addResource(context, tenantId, sessionId, request);
      await showAdded(context, added);
      return added.resource;
    },
    changeSecret: (tenantId, sessionId, resourceId, secret) =>
      changeSecret(context, tenantId, sessionId, resourceId, secret),
    async removeResource(tenantId, sessionId, resourceId) {
      const { body, digests } = await removeResource(context, tenantId, sessionId, resourceId);
      await hideRemoved(context, sessionId, body);
      await dropUnused(context, digests);
    },
  };
}

/** What a session was given, rather than what a client sent or an agent wrote. */
function isGiven({ sessionId, path }: FileRecord): boolean {
  return sessionId !== null && path === null;
}
