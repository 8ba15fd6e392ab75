import type { SessionResource } from '../domain/session-resource.ts';
import type { IdempotencyRecord } from './records.ts';

// Files, which are rows about bytes that are kept elsewhere, and what sessions were given to work with.

export interface FileRecord {
  tenantId: string;
  id: string;
  /** The session to which it belongs; null: an upload. */
  sessionId: string | null;
  /** Where the agent wrote it, below its outputs; null: the agent did not. */
  path: string | null;
  /** What the file was like when its bytes were taken: an equal stamp means equal bytes. */
  stamp: string | null;
  filename: string;
  mediaType: string;
  sizeBytes: number;
  /** SHA-256 of the bytes, in hex: their name among the blobs. Empty: they are gone, because the time of the file is over. */
  digest: string;
  isDownloadable: boolean;
  createdAt: number;
  expiresAt: number | null;
}

export interface ResourceRecord {
  sessionId: string;
  id: string;
  body: SessionResource;
  /** A token that is never shown. */
  secret: string | null;
  createdAt: number;
  updatedAt: number;
}

/** A resource to be, and the copy of a file that comes with it: as long as its source is there. */
export interface NewResource {
  resource: ResourceRecord;
  copy?: { file: FileRecord; sourceId: string } | undefined;
}

export interface ResourceAddition extends NewResource {
  /** The ids of the session's resources on which the decision is based. */
  known: string[];
  /** The only node on which the session can be worked on from now on; undefined: any. */
  home: string | undefined;
  idempotency?: IdempotencyRecord | undefined;
}

export interface FileQuery {
  limit: number;
  /** Only files of this session. */
  sessionId?: string | undefined;
  /** Only files older than this one, or only newer ones: those that are next to it. */
  beyond?: { id: string; direction: 'older' | 'newer' } | undefined;
}

/** What is kept for a while after its time: messages to the webhook, and files of which the bytes are gone. */
export interface ExpiryRequest {
  now: number;
  deliveriesBefore: number;
  filesBefore: number;
  limit: number;
}

/**
 * `gone`: no such session. `elsewhere`: another node has its files. `file_gone`: the source of a copy went meanwhile.
 * `changed`: others were added or removed meanwhile. `repeated`: the key of the request is used already.
 */
export type AddResourceResult =
  | { ok: true }
  | { ok: false; conflict: 'gone' | 'elsewhere' | 'file_gone' | 'changed' | 'repeated' };

export interface FileWrites {
  /** False: the key of the request is used already, and nothing was stored. */
  addFile(file: FileRecord, idempotency: IdempotencyRecord | undefined): Promise<boolean>;
  /** The file that there was; undefined: there is none. What an agent wrote is not taken again before it changes. */
  removeFile(tenantId: string, fileId: string): Promise<FileRecord | undefined>;
  /**
   * What an agent wrote, for the holder of its session's lease: each replaces what there was under its path. The
   * digests of what was replaced; undefined: the lease is another's, and nothing was stored.
   */
  replaceOutputs(
    tenantId: string,
    sessionId: string,
    epoch: number,
    files: FileRecord[],
  ): Promise<string[] | undefined>;
  /** Forgets which bytes files had whose time is over, at most `limit`; the digests. */
  expireFiles(request: { now: number; limit: number }): Promise<string[]>;
  addResource(tenantId: string, request: ResourceAddition): Promise<AddResourceResult>;
  /** False: there is no such resource. */
  changeResourceSecret(
    tenantId: string,
    resource: Pick<ResourceRecord, 'sessionId' | 'id' | 'secret' | 'updatedAt'>,
  ): Promise<boolean>;
  /** Removes a resource, and its copy of a file: its digest, or null. Undefined: there is no such resource. */
  removeResource(
    tenantId: string,
    sessionId: string,
    resourceId: string,
  ): Promise<{ digest: string | null } | undefined>;
}

export interface FileReads {
  readFile(tenantId: string, fileId: string): Promise<FileRecord | undefined>;
  /** By id (which is by time of creation), newest first. */
  listFiles(tenantId: string, query: FileQuery): Promise<FileRecord[]>;
  /** Those of these that there are, newest first: at most 100 ids a call. */
  findFiles(tenantId: string, fileIds: string[]): Promise<FileRecord[]>;
  /** What an agent wrote, also what a client has removed, which has no digest any more. */
  readOutputs(tenantId: string, sessionId: string): Promise<FileRecord[]>;
  /** Those of these digests that a file of whichever tenant has. */
  findUsedDigests(digests: string[]): Promise<string[]>;
  readSessionDigests(tenantId: string, sessionId: string): Promise<string[]>;
  /** Of all these sessions, oldest first. */
  listResources(tenantId: string, sessionIds: string[]): Promise<ResourceRecord[]>;
}
