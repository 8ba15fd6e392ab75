import { z } from 'zod';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { Exchange } from '../route.ts';
import { invalid } from './errors.ts';
import { onFile } from './file-errors.ts';
import { deletedFile, fileMetadata, projectFile, type FileMetadata } from './file-schemas.ts';
import { found, requireId } from './ids.ts';
import { Pages, readPage } from './pages.ts';
import { queryList } from './query.ts';
import { defineV1Route } from './route.ts';

const params = z.object({ file_id: z.string() });

/** Its lists have ids in the place of cursors. */
const OLDER_BETA = 'files-api-2025-04-14';
const DEFAULT_LIMIT = 20;
const MAX_IDS = 100;

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  page: z.string().optional().describe('As `next_page` of the page before has it.'),
  ids: queryList(z.string()).describe('Only these files, all in one page; not with page or limit.'),
  scope_id: z.string().optional().describe('Only files of this session.'),
  after_id: z.string().optional().describe(`Only with the beta header ${OLDER_BETA}.`),
  before_id: z.string().optional().describe(`Only with the beta header ${OLDER_BETA}.`),
});

type ListQuery = z.output<typeof listQuery>;

export const listFiles = defineV1Route({
  name: 'listFiles',
  method: 'GET',
  path: '/v1/files',
  summary: 'Files, newest first',
  differs: 'scope_id needs no beta header.',
  query: listQuery,
  headers: z.object({ 'anthropic-beta': z.string().optional() }),
  response: {
    description: `A page of files. With the beta header ${OLDER_BETA} it has has_more, first_id and last_id instead of next_page.`,
    schema: z.union([
      z.object({ data: z.array(fileMetadata), next_page: z.string().nullable() }),
      z.object({
        data: z.array(fileMetadata),
        has_more: z.boolean(),
        first_id: z.string().nullable(),
        last_id: z.string().nullable(),
      }),
    ]),
  },
  async handle({ query, headers }, exchange) {
    const isOlder = (headers['anthropic-beta'] ?? '').split(',').some((beta) => beta.trim() === OLDER_BETA);
    refuseStrangers(query, isOlder ? ['page'] : ['after_id', 'before_id']);
    if (query.ids) {
      const data = await findFiles(query, query.ids, exchange);
      return isOlder ? toOlderPage(data, false) : { data, next_page: null };
    }
    return isOlder ? readOlderPage(query, exchange) : readNewerPage(query, exchange);
  },
});

export const retrieveFile = defineV1Route({
  name: 'retrieveFile',
  method: 'GET',
  path: '/v1/files/{file_id}',
  summary: 'What is known of a file',
  params,
  response: { description: 'The file.', schema: fileMetadata },
  async handle({ params: { file_id } }, { context }) {
    const id = requireId('file', file_id);
    return projectFile(found('file', file_id, await context.files.find(DEFAULT_TENANT, id)));
  },
});

export const downloadFile = defineV1Route({
  name: 'downloadFile',
  method: 'GET',
  path: '/v1/files/{file_id}/content',
  summary: 'The bytes of a file',
  differs: 'What was uploaded can be downloaded too.',
  params,
  response: { description: 'The bytes.', contentType: 'application/octet-stream' },
  handle: ({ params: { file_id } }, { context, reply }) =>
    onFile(file_id, async () => {
      const id = requireId('file', file_id);
      const file = found('file', file_id, await context.files.find(DEFAULT_TENANT, id));
      const { bytes, stream } = await context.files.open(file);
      reply.headers({
        'content-type': file.mediaType,
        'content-length': bytes,
        'content-disposition': dispositionOf(file.filename),
      });
      return stream;
    }),
});

export const deleteFile = defineV1Route({
  name: 'deleteFile',
  method: 'DELETE',
  path: '/v1/files/{file_id}',
  summary: 'Remove a file',
  params,
  response: { description: 'It is gone.', schema: deletedFile },
  handle: ({ params: { file_id } }, { context }) =>
    onFile(file_id, async () => {
      await context.files.remove(DEFAULT_TENANT, requireId('file', file_id));
      return { id: file_id, type: 'file_deleted' };
    }),
});

function refuseStrangers(query: ListQuery, names: (keyof ListQuery)[]): void {
  const stranger = names.find((name) => query[name] !== undefined);
  if (stranger !== undefined) throw invalid(stranger, 'Extra inputs are not permitted');
}

async function findFiles(
  { page, limit, scope_id }: ListQuery,
  ids: string[],
  { context }: Exchange,
): Promise<FileMetadata[]> {
  if (page !== undefined || limit !== undefined)
    throw invalid('ids', 'cannot be combined with page or limit');
  const wanted = new Set(ids);
  if (wanted.size > MAX_IDS) throw invalid('ids', `List should have at most ${MAX_IDS} items`);
  const sessionId = scope_id === undefined ? undefined : requireId('sesn', scope_id);
  const files = await context.files.findAll(DEFAULT_TENANT, [...wanted].flatMap(readId));
  return files
    .filter((file) => sessionId === undefined || file.sessionId === sessionId)
    .map((file) => projectFile(file));
}

/** An id that is none finds nothing. */
function readId(text: string): string[] {
  try {
    return [requireId('file', text)];
  } catch {
    return [];
  }
}

async function readNewerPage(
  { page, limit = DEFAULT_LIMIT, scope_id }: ListQuery,
  { context }: Exchange,
): Promise<object> {
  const sessionId = scope_id === undefined ? undefined : requireId('sesn', scope_id);
  const pages = new Pages({ list: 'files', tenant: DEFAULT_TENANT, sessionId }, 'desc');
  const { data, next_page } = await readPage(
    pages,
    { page, limit },
    (position, count) =>
      context.files.list(DEFAULT_TENANT, {
        limit: count,
        sessionId,
        beyond: position && { id: position.key, direction: 'older' },
      }),
    ({ id }) => id,
  );
  return { data: data.map(projectFile), next_page };
}

async function readOlderPage(
  { after_id, before_id, limit = DEFAULT_LIMIT, scope_id }: ListQuery,
  { context }: Exchange,
): Promise<object> {
  if (after_id !== undefined && before_id !== undefined)
    throw invalid('before_id', 'cannot be combined with after_id');
  const direction = before_id === undefined ? 'older' : 'newer';
  const cursor = after_id ?? before_id;
  const files = await context.files.list(DEFAULT_TENANT, {
    limit: limit + 1,
    sessionId: scope_id === undefined ? undefined : requireId('sesn', scope_id),
    beyond: cursor === undefined ? undefined : { id: requireId('file', cursor), direction },
  });
  const data = direction === 'older' ? files.slice(0, limit) : files.slice(-limit);
  return toOlderPage(data.map(projectFile), files.length > limit);
}

function toOlderPage(data: FileMetadata[], isMore: boolean): object {
  return { data, has_more: isMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

/** Never shown by a browser, whatever a client says it is; the name in both ways that programs read (RFC 6266). */
function dispositionOf(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(filename).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
