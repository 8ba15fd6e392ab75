import type { SessionResource } from '../domain/session-resource.ts';
import type { FileRecord, ResourceRecord } from './files.ts';
import { parseJson, toJson } from './rows.ts';
import type { FileTable, SessionResourceTable } from './tables.ts';

export function toFileRow(file: FileRecord): FileTable {
  return {
    tenant_id: file.tenantId,
    id: file.id,
    session_id: file.sessionId,
    path: file.path,
    stamp: file.stamp,
    filename: file.filename,
    mime_type: file.mediaType,
    size_bytes: file.sizeBytes,
    digest: file.digest,
    downloadable: file.isDownloadable ? 1 : 0,
    created_at: file.createdAt,
    expires_at: file.expiresAt,
  };
}

export function parseFile(row: FileTable): FileRecord {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    sessionId: row.session_id,
    path: row.path,
    stamp: row.stamp,
    filename: row.filename,
    mediaType: row.mime_type,
    sizeBytes: row.size_bytes,
    digest: row.digest,
    isDownloadable: row.downloadable === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

export function toResourceRow(tenantId: string, resource: ResourceRecord): SessionResourceTable {
  return {
    tenant_id: tenantId,
    session_id: resource.sessionId,
    id: resource.id,
    body: toJson(resource.body),
    secret: toJson(resource.secret),
    created_at: resource.createdAt,
    updated_at: resource.updatedAt,
  };
}

export function parseResource(row: SessionResourceTable): ResourceRecord {
  return {
    sessionId: row.session_id,
    id: row.id,
    body: parseJson(row.body) as SessionResource,
    secret: parseJson(row.secret) as string | null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
