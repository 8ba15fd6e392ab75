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
  ResourceInUse,
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
    }
  /** A directory that the session may work in. */
  | { type: 'local_directory'; path: string };

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

/** See Files.copyResources. */
export async function copyResources(
  { store, blobs, clock }: FilesContext,
  tenantId: string,
  { from, to }: { from: string; to: string },
): Promise<{ resources: NewResource[] }> {
  const now = clock.now();
  const resources: NewResource[] = [];
  for (const { body, secret } of await store.listResources(tenantId, [from])) {
    const common = { sessionId: to, id: createId(now), secret, createdAt: now, updatedAt: now };
    if (body.type !== 'file') {
      resources.push({ resource: { ...common, body } });
      continue;
    }
    const source = await store.readFile(tenantId, body.fileId);
    // It is going at this moment, and so is its resource.
    if (!source) continue;
    if (!(await blobs.has(source.digest))) throw new FileElsewhere();
    const file = { ...source, id: createId(now), sessionId: to, createdAt: now };
    resources.push({
      resource: { ...common, body: { ...body, fileId: file.id } },
      copy: { file, sourceId: source.id },
    });
  }
  return { resources };
}

/** See Files.addResource. */
export async function addResource(
  context: FilesContext,
  tenantId: string,
  sessionId: string,
  { resource: request, idempotency }: AddRequest,
): Promise<NewResource> {
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
    if (result.ok) return added;
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

/** Resolves with what it was, and the digests that may be used by nobody now. */
export async function removeResource(
  { store }: FilesContext,
  tenantId: string,
  sessionId: string,
  resourceId: string,
): Promise<{ body: SessionResource; digests: string[] }> {
  const resources = await store.listResources(tenantId, [sessionId]);
  const resource = resources.find(({ id }) => id === resourceId);
  if (!resource) throw new ResourceNotFound();
  if (resource.body.type === 'local_directory') throw new ResourceInUse();
  const removed = await store.removeResource(tenantId, sessionId, resourceId);
  if (!removed) throw new ResourceNotFound();
  return { body: resource.body, digests: removed.digest === null ? [] : [removed.digest] };
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
  const now = context.clock.now();
  const common = { sessionId, id: createId(now), createdAt: now, updatedAt: now };
  if (request.type === 'local_directory') return { resource: { ...common, body: request, secret: null } };
  if (context.whyNoMounts !== undefined) {
    throw new InvalidResource(
      index,
      'type',
      `${request.type} resources need bubblewrap: ${context.whyNoMounts}`,
    );
  }
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
  switch (body.type) {
    case 'file':
      return [body.mountPath, ...(body.alsoAt === null ? [] : [body.alsoAt])];
    case 'github_repository':
      return [body.mountPath];
    case 'local_directory':
      return [];
  }
}
