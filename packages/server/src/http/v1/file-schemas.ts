import { z } from 'zod';
import type { FileRecord } from '../../store/files.ts';
import { publicId } from './ids.ts';
import { formatTime } from '../format-time.ts';

/** A file, as it is shown. */
export const fileMetadata = z
  .object({
    id: z.string(),
    type: z.literal('file'),
    filename: z.string(),
    mime_type: z.string(),
    size_bytes: z.number(),
    created_at: z.string(),
    downloadable: z.boolean(),
    expires_at: z.string().nullable(),
    /** Only of files that belong to a session. */
    scope: z.object({ id: z.string(), type: z.literal('session') }).optional(),
  })
  .meta({ id: 'FileMetadata' });

export type FileMetadata = z.output<typeof fileMetadata>;

export const deletedFile = z
  .object({ id: z.string(), type: z.literal('file_deleted') })
  .meta({ id: 'DeletedFile' });

export function projectFile(file: FileRecord): FileMetadata {
  return {
    id: publicId('file', file.id),
    type: 'file',
    filename: file.filename,
    mime_type: file.mediaType,
    size_bytes: file.sizeBytes,
    created_at: formatTime(file.createdAt),
    downloadable: file.isDownloadable,
    expires_at: file.expiresAt === null ? null : formatTime(file.expiresAt),
    ...(file.sessionId !== null && {
      scope: { id: publicId('sesn', file.sessionId), type: 'session' as const },
    }),
  };
}
