import { buffer } from 'node:stream/consumers';
import type { Blobs } from '../blobs/blobs.ts';
import type { ContentBlock } from '../domain/content.ts';
import type { Clock } from '../lib/clock.ts';
import { parseId } from '../lib/ids.ts';
import type { FileReads, FileRecord } from '../store/files.ts';
import { hasExpired } from './bytes.ts';

export interface ContentContext {
  store: Pick<FileReads, 'readFile'>;
  blobs: Pick<Blobs, 'open'>;
  clock: Clock;
}

/** A block that shows a file of this server. */
type FileBlock = Extract<ContentBlock, { type: 'image' | 'document' }> & {
  source: { type: 'file'; file_id: string };
};

const MIB = 2 ** 20;
/** The Messages API takes no larger images, and no requests of more than 32 MiB, in which bytes are written as text. */
const MAX_IMAGE_BYTES = 5 * MIB;
const MAX_BYTES = 20 * MIB;
const IMAGE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);
const PDF = 'application/pdf';
/** Texts that are not called so. */
const TEXT_TYPES = /^(text\/|application\/(json|xml|yaml|x-yaml|toml|sql|javascript|x-sh)$|.*\+(json|xml)$)/;

/** A file that a message shows cannot be shown. `index`: of the block. */
export class InvalidContent extends Error {
  override name = 'InvalidContent';
  readonly index: number;
  readonly reason: 'not_found' | 'expired' | 'invalid';

  constructor(index: number, reason: InvalidContent['reason'], message: string) {
    super(message);
    this.index = index;
    this.reason = reason;
  }
}

/** Whether all files that a message shows can be shown as it wants. Throws InvalidContent. */
export async function checkContent(
  context: ContentContext,
  tenantId: string,
  content: readonly ContentBlock[],
): Promise<void> {
  let bytes = 0;
  for (const [index, block] of content.entries()) {
    if (!isFileBlock(block)) continue;
    const { file_id: id } = block.source;
    const file = await find(context, tenantId, id);
    if (!file) throw new InvalidContent(index, 'not_found', `File ${id} not found.`);
    if (hasExpired(file, context.clock.now()))
      throw new InvalidContent(index, 'expired', `File ${id} has expired.`);
    bytes += file.sizeBytes;
    const fault =
      findFault(block, file) ?? (bytes > MAX_BYTES ? tooLarge('The files', MAX_BYTES) : undefined);
    if (fault !== undefined) throw new InvalidContent(index, 'invalid', fault);
  }
}

/**
 * What an agent is told: files of this server are shown with their bytes, and where they cannot be had any more a text
 * says so. Never rejects.
 */
export async function fillContent(
  context: ContentContext,
  tenantId: string,
  content: readonly ContentBlock[],
): Promise<ContentBlock[]> {
  const filled: ContentBlock[] = [];
  for (const block of content)
    filled.push(isFileBlock(block) ? await fill(context, tenantId, block).catch(() => lost(block)) : block);
  return filled;
}

function isFileBlock(block: ContentBlock): block is FileBlock {
  return (block.type === 'image' || block.type === 'document') && block.source.type === 'file';
}

async function find(
  { store }: ContentContext,
  tenantId: string,
  text: string,
): Promise<FileRecord | undefined> {
  const id = parseId('file', text);
  return id === undefined ? undefined : store.readFile(tenantId, id);
}

function findFault({ type }: FileBlock, { mediaType, sizeBytes }: FileRecord): string | undefined {
  if (sizeBytes === 0) return 'The file is empty';
  if (type === 'image') {
    if (!IMAGE_TYPES.has(mediaType))
      return `An image must be one of ${[...IMAGE_TYPES].join(', ')}, not ${mediaType}`;
    return sizeBytes > MAX_IMAGE_BYTES ? tooLarge('An image', MAX_IMAGE_BYTES) : undefined;
  }
  return mediaType === PDF || TEXT_TYPES.test(mediaType)
    ? undefined
    : `A document must be a PDF or a text, not ${mediaType}. Give the session the file as a resource instead`;
}

function tooLarge(what: string, most: number): string {
  return `${what} of a message may have at most ${most} bytes. Give the session the file as a resource instead`;
}

async function fill(context: ContentContext, tenantId: string, block: FileBlock): Promise<ContentBlock> {
  const file = await find(context, tenantId, block.source.file_id);
  const opened = file && (await context.blobs.open(file.digest));
  if (!opened) return lost(block);
  const bytes = await buffer(opened.stream);
  const { mediaType } = file;
  if (block.type === 'image' || mediaType === PDF) {
    return { ...block, source: { type: 'base64', media_type: mediaType, data: bytes.toString('base64') } };
  }
  return { ...block, source: { type: 'text', media_type: 'text/plain', data: bytes.toString('utf8') } };
}

function lost({ source: { file_id: id } }: FileBlock): ContentBlock {
  return {
    type: 'text',
    text: `[The file ${id} was here. It cannot be shown: it was deleted, or its time is over.]`,
  };
}
