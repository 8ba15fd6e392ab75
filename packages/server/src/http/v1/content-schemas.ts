import { z } from 'zod';
import { text } from '../fields.ts';

// The pieces that messages and results of tools are made of, as clients send them.

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

const data = z.string().min(1).refine(isBase64, 'Input should be base64');
const url = z.url({ protocol: /^https?$/, error: 'Input should be an http or https URL' });

const urlSource = z.strictObject({ type: z.literal('url'), url });
const fileSource = z.strictObject({ type: z.literal('file'), file_id: z.string() });

const textBlock = z.strictObject({ type: z.literal('text'), text: text() });
const writtenBlock = z.strictObject({ type: z.literal('text'), text: text().min(1) });

const imageBlock = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z.string().refine(isImageType, `Input should be one of ${IMAGE_TYPES.join(', ')}`),
      data,
    }),
    urlSource,
    fileSource,
  ]),
});

const documentBlock = z.strictObject({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('base64'),
      media_type: z
        .string()
        .refine((type) => type === 'application/pdf', "Input should be 'application/pdf'"),
      data,
    }),
    z.strictObject({ type: z.literal('text'), media_type: z.literal('text/plain'), data: text().min(1) }),
    urlSource,
    fileSource,
  ]),
  title: text().nullish(),
  context: text().nullish(),
});

const searchResultBlock = z.strictObject({
  type: z.literal('search_result'),
  source: text(),
  title: text(),
  content: z.array(textBlock).min(1),
  citations: z.strictObject({ enabled: z.boolean() }),
});

/** Clients see it in the place of what was taken away. */
const redactedBlock = z.strictObject({ type: z.literal('redacted') }).transform((block, context) => {
  context.addIssue({ code: 'custom', input: block, message: 'Redacted blocks cannot be sent' });
  return z.NEVER;
});

/** A text alone counts as one block. */
export const messageContent = z.union([
  text()
    .min(1)
    .transform((words) => [{ type: 'text' as const, text: words }]),
  z.array(z.discriminatedUnion('type', [writtenBlock, imageBlock, documentBlock, redactedBlock])).min(1),
]);

export const systemContent = z.array(writtenBlock).min(1);

export const resultContent = z
  .array(z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, searchResultBlock]))
  .default([]);

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && !/[^A-Za-z0-9+/=]/.test(value);
}

function isImageType(type: string): boolean {
  return IMAGE_TYPES.some((known) => known === type);
}
