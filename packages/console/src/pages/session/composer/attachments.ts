import type { MessageContent } from '../../../api/sessions.ts';
import { randomId } from '../../../lib/random-id.ts';

export type Block = Exclude<MessageContent[number], string>;

/** Something that goes with a message. */
export interface Attachment {
  id: string;
  name: string;
  bytes: number;
  state: 'reading' | 'ready' | 'failed';
  /** What the model sees of it. */
  block?: Block;
  /** Where the agent finds it, for what the model does not see. */
  path?: string;
  /** Why it failed, in the server's words; '' when the server has none. */
  fault?: string;
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;
type ImageType = (typeof IMAGE_TYPES)[number];
/** What a model provider takes of a picture. */
const MOST_IMAGE_BYTES = 5 * 1024 * 1024;
/** A request is 32 MB at most, and base64 is a third larger. */
const MOST_PDF_BYTES = 20 * 1024 * 1024;
/** More text than that is for the agent's tools. */
const MOST_TEXT_BYTES = 256 * 1024;
const TEXT_NAME =
  /\.(?:txt|md|csv|tsv|json|jsonl|ya?ml|toml|xml|html?|css|[cm]?[jt]sx?|py|rb|go|rs|java|kt|c|h|cpp|hpp|cs|php|sh|sql|log|ini|cfg|conf|diff|patch|svg)$/i;

export function newAttachment(file: Pick<File, 'name' | 'size'>): Attachment {
  return { id: randomId(), name: file.name, bytes: file.size, state: 'reading' };
}

/** How a file reaches the agent: as something that the model sees, or on its disk. */
export function wayOf({ name, type, size }: Pick<File, 'name' | 'type' | 'size'>): 'image' | 'pdf' | 'disk' {
  if (isImageType(type) && size <= MOST_IMAGE_BYTES) return 'image';
  if ((type === 'application/pdf' || /\.pdf$/i.test(name)) && size <= MOST_PDF_BYTES) return 'pdf';
  return 'disk';
}

/** Whether it can be shown to the model as text, where it cannot be put on the agent's disk. */
export function isShortText({ name, type, size }: Pick<File, 'name' | 'type' | 'size'>): boolean {
  return size > 0 && size <= MOST_TEXT_BYTES && (type.startsWith('text/') || TEXT_NAME.test(name));
}

/** The message as it is sent: what the model sees first, then the text, and where the rest is. */
export function toContent(text: string, attachments: readonly Attachment[]): MessageContent {
  const paths = attachments.flatMap(({ path }) => (path === undefined ? [] : [`- ${path}`]));
  const told = [text.trim(), paths.length > 0 ? `Attached files:\n${paths.join('\n')}` : '']
    .filter(Boolean)
    .join('\n\n');
  const blocks = attachments.flatMap(({ block }) => (block ? [block] : []));
  return told === '' ? blocks : [...blocks, { type: 'text', text: told }];
}

/** A picture, a document or a text, as a block of a message. */
export async function toBlock(file: File, as: 'image' | 'pdf' | 'text'): Promise<Block> {
  if (as === 'text') {
    return {
      type: 'document',
      title: file.name,
      source: { type: 'text', media_type: 'text/plain', data: await file.text() },
    };
  }
  const data = toBase64(new Uint8Array(await file.arrayBuffer()));
  if (as === 'image' && isImageType(file.type)) {
    return { type: 'image', source: { type: 'base64', media_type: file.type, data } };
  }
  return {
    type: 'document',
    title: file.name,
    source: { type: 'base64', media_type: 'application/pdf', data },
  };
}

export function toBase64(bytes: Uint8Array): string {
  const STEP = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += STEP)
    text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(text);
}

function isImageType(type: string): type is ImageType {
  return IMAGE_TYPES.some((known) => known === type);
}
