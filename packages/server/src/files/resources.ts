import type { Checkout, SessionResource } from '../domain/session-resource.ts';
import { createId } from '../lib/ids.ts';
import type { FileRecord, NewResource, ResourceRecord } from '../store/files.ts';
import type { IdempotencyRecord } from '../store/records.ts';
import { hasExpired } from './bytes.ts';
import type { FilesContext } from './context.ts';
import {
  FileElsewhere,
  InvalidResource,
  NoSecret,
  ResourceNotFound,
  SessionGone,
  UploadRepeated,
} from './errors.ts';
import { overlap, placeFile, placeRepository } from './mount-path.ts';

/** What a client wants a session to have. */
export type ResourceRequest =
  | {
      type: 'file';
      fileId: string;
      /** The id as the client wrote it. */
      shownId: string;
      mountPath: string | undefined;
    }
  | {
      type: 'github_repository';
      url: string;
      token: string | undefined;
      checkout: Checkout | null;
      mountPath: string | undefined;
    };

export interface AddRequest {
  resource: ResourceRequest;
  /** What is stored with it. */
  idempotency(resource: ResourceRecord): IdempotencyRecord | undefined;
}

/** See Files.prepareResources. */
export async function prepareResources(
  context: FilesContext,
  tenantId: string,
  sessionId: string,
  requests: readonly ResourceRequest[],
): Promise<{ resources: NewResource[]; home: string | undefined }> {
  const resources: NewResource[] = [];
  for (const [index, request] of requests.entries()) {
    const resource = await prepare(context, { tenantId, sessionId, index }, request);
    const taken = resources.map((other) => other.resource.body);
    assertFree(resource.resource.body, taken, index);
    resources.push(resource);
  }
  const isBound = resources.some(({ copy }) => copy !== undefined);
  return { resources, home: isBound ? context.home : undefined };
}

/** See Files.addResource. */
export async function addResource(
  context: FilesContext,
  tenantId: string,
  sessionId: string,
  { resource: request, idempotency }: AddRequest,
): Promise<ResourceRecord> {
  for (;;) {
    const others = await context.store.listResources(tenantId, [sessionId]);
    const added = await prepare(context, { tenantId, sessionId, index: 0 }, request);
    const taken = others.map(({ body }) => body);
    assertFree(added.resource.body, taken, 0);
    const result = await context.store.addResource(tenantId, {
      ...added,
      known: others.map(({ id }) => id),
      home: context.home,
      idempotency: idempotency(added.resource),
    });
    if (result.ok) return added.resource;
    switch (result.conflict) {
      case 'gone':
        throw new SessionGone();
      case 'elsewhere':
        throw new FileElsewhere();
      case 'repeated':
        throw new UploadRepeated();
      case 'file_gone':
      case 'changed':
      // The next look finds what is wrong, or nothing.
    }
  }
}

/** See Files.changeSecret. */
export async function changeSecret(
  { store, clock }: FilesContext,
  tenantId: string,
  sessionId: string,
  resourceId: string,
  secret: string,
): Promise<ResourceRecord> {
  const resources = await store.listResources(tenantId, [sessionId]);
  const resource = resources.find(({ id }) => id === resourceId);
  if (!resource) throw new ResourceNotFound();
  if (resource.body.type !== 'github_repository') throw new NoSecret();
  const changed = { ...resource, secret, updatedAt: clock.now() };
  if (!(await store.changeResourceSecret(tenantId, changed))) throw new ResourceNotFound();
  return changed;
}

/** Resolves with the digests that may be used by nobody now. */
export async function removeResource(
  { store }: FilesContext,
  tenantId: string,
  sessionId: string,
  resourceId: string,
): Promise<string[]> {
  const removed = await store.removeResource(tenantId, sessionId, resourceId);
  if (!removed) throw new ResourceNotFound();
  return removed.digest === null ? [] : [removed.digest];
}

interface Target {
  tenantId: string;
  sessionId: string;
  index: number;
}

async function prepare(
  context: FilesContext,
  target: Target,
  request: ResourceRequest,
): Promise<NewResource> {
  const { sessionId, index } = target;
  if (context.whyNoMounts !== undefined) {
    throw new InvalidResource(
      index,
      'type',
      `${request.type} resources need bubblewrap: ${context.whyNoMounts}`,
    );
  }
  const now = context.clock.now();
  const common = { sessionId, id: createId(now), createdAt: now, updatedAt: now };
  if (request.type === 'file') {
    const place = placeFile(request.mountPath, request.shownId);
    if ('fault' in place) throw new InvalidResource(index, 'mount_path', place.fault);
    const copy = await copyFile(context, target, request, now);
    const body: SessionResource = { type: 'file', fileId: copy.file.id, ...place };
    return { resource: { ...common, body, secret: null }, copy };
  }
  const { url, checkout, token } = request;
  const place = placeRepository(request.mountPath, url);
  if ('fault' in place) throw new InvalidResource(index, 'mount_path', place.fault);
  const body: SessionResource = { type: 'github_repository', url, checkout, ...place };
  return { resource: { ...common, body, secret: token ?? null } };
}

/** The session's own copy: it stays when the client's file goes, and shares the bytes with it. */
async function copyFile(
  { store, blobs }: FilesContext,
  { tenantId, sessionId, index }: Target,
  { fileId, shownId }: { fileId: string; shownId: string },
  now: number,
): Promise<{ file: FileRecord; sourceId: string }> {
  const source = await store.readFile(tenantId, fileId);
  if (!source) throw new InvalidResource(index, 'file_id', `File ${shownId} not found.`, 'not_found');
  if (hasExpired(source, now))
    throw new InvalidResource(index, 'file_id', `File ${shownId} has expired.`, 'expired');
  if (!(await blobs.has(source.digest))) throw new FileElsewhere();
  return {
    sourceId: source.id,
    file: {
      ...source,
      id: createId(now),
      sessionId,
      path: null,
      stamp: null,
      isDownloadable: false,
      createdAt: now,
      expiresAt: null,
    },
  };
}

function assertFree(body: SessionResource, others: readonly SessionResource[], index: number): void {
  const taken = others.flatMap(pathsOf);
  const collision = pathsOf(body).find((path) => taken.some((other) => overlap(path, other)));
  if (collision !== undefined)
    throw new InvalidResource(index, 'mount_path', `${collision} overlaps with that of another resource`);
}

function pathsOf(body: SessionResource): string[] {
  if (body.type !== 'file') return [body.mountPath];
  return [body.mountPath, ...(body.alsoAt === null ? [] : [body.alsoAt])];
}
