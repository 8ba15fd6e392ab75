import { z } from 'zod';
import type { StagedBlob } from '../../blobs/blobs.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { whileConnected } from '../exchange-signal.ts';
import { readForm, type Form } from '../form.ts';
import { answerOnce, idempotencyHeaders } from '../idempotency.ts';
import { FILE_LIMIT, LINGER_MS } from '../limits.ts';
import type { Exchange, Route } from '../route.ts';
import { invalid, V1Error } from './errors.ts';
import { noRoom, onUpload } from './file-errors.ts';
import { fileMetadata, projectFile } from './file-schemas.ts';
import { validateV1 } from './validate.ts';

/** What a form has besides its file. */
const LEAST_FORM_BYTES = 64 * 1024;
const MAX_NAME = 255;

const fields = z.strictObject({
  expires_in_seconds: z.coerce
    .number()
    .int()
    .min(3600)
    .max(7_776_000)
    .optional()
    .describe('How long the file is kept, from an hour to ninety days; absent: until it is deleted.'),
});

export const uploadFile: Route = {
  name: 'uploadFile',
  method: 'POST',
  path: '/v1/files',
  summary: 'Send a file',
  differs: 'What was uploaded can be downloaded too.',
  api: 'v1',
  once: true,
  takesFile: true,
  headers: idempotencyHeaders,
  body: fields.extend({ file: z.string().meta({ format: 'binary' }) }),
  responses: { 200: { description: 'The file.', schema: fileMetadata } },
  run: async (exchange) => {
    try {
      refuseEarly(exchange);
      return await onUpload(() => whileConnected(exchange, ({ signal }) => receive(exchange, signal)));
    } catch (error) {
      lingerBriefly(exchange);
      throw error;
    }
  },
};

type Received = Omit<Exchange, 'remember'>;

/** What can be told from the head of the request. */
function refuseEarly({ request, context }: Received): void {
  if (!request.headers['content-type']?.startsWith('multipart/form-data'))
    throw invalid('', 'The body must be multipart/form-data');
  const bytes = Number(request.headers['content-length'] ?? 0);
  if (bytes > FILE_LIMIT + LEAST_FORM_BYTES)
    throw new V1Error('request_too_large', `A file has at most ${FILE_LIMIT} bytes`);
  const { use, minFreeBytes, isLow } = context.disk;
  if (isLow || (minFreeBytes > 0 && use.freeBytes !== null && use.freeBytes - bytes < minFreeBytes))
    throw noRoom();
}

async function receive(exchange: Received, signal: AbortSignal): Promise<unknown> {
  const { request, context } = exchange;
  const limits = { maxBytes: FILE_LIMIT, isFull: () => context.disk.isLow, signal };
  const form = await readForm(request.raw, 'file', (content) => context.files.stage(content, limits), signal);
  await using blob = form.file?.taken;
  const { filename, mediaType, digest } = checkFile(form);
  const { body } = validateV1(
    { body: fields },
    { params: undefined, query: undefined, body: form.fields, headers: undefined },
    { acceptUnknownFields: context.config.acceptUnknownFields },
  );
  const asked = { ...body, filename, mediaType, digest };
  return await answerOnce(
    uploadFile,
    exchange,
    async (remember) => {
      if (!blob) throw invalid('file', 'Field required');
      const about = { filename, mediaType, expiresInSeconds: body.expires_in_seconds };
      const file = await context.files.upload(DEFAULT_TENANT, blob, about, (made) =>
        remember(projectFile(made)),
      );
      return projectFile(file);
    },
    asked,
  );
}

function checkFile({ file }: Form<StagedBlob>): {
  filename: string | undefined;
  mediaType: string | undefined;
  digest: string;
} {
  if (!file) throw invalid('file', 'Field required');
  if (file.field !== 'file') throw invalid(file.field, 'Extra inputs are not permitted');
  const { filename, mediaType, taken } = file;
  // oxlint-disable-next-line no-control-regex
  if (filename !== undefined && /[\u0000-\u001f\u007f]/.test(filename))
    throw invalid('file', 'the filename must not contain control characters');
  if (filename !== undefined && filename.length > MAX_NAME)
    throw invalid('file', `the filename should have at most ${MAX_NAME} characters`);
  return { filename, mediaType, digest: taken.digest };
}

/** The rest of a refused file is read and forgotten, so that the client sees the answer; but not all 500 MB of it. */
function lingerBriefly({ request: { raw } }: Received): void {
  setTimeout(() => {
    if (!raw.complete) raw.socket.destroy();
  }, LINGER_MS).unref();
  raw.resume();
}
