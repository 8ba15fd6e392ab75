import { z } from 'zod';
import { findMetadataFault } from '../../domain/metadata.ts';
import { text } from '../fields.ts';
import { pageLimit } from './query.ts';

// The kinds of field that requests of `/v1` are made of.

/** A field of the hosted API that this server does not have: only null is taken. `what`: the subject of a sentence. */
export function notSupported(what: string): z.ZodOptional<z.ZodUnknown> {
  return z
    .unknown()
    .refine((value) => value == null, `${what} not supported by this server yet; leave it out or send null`)
    .meta({ type: 'null', description: 'Not supported yet.' })
    .optional();
}

/** A text of so many characters. */
export function textOf(minimum: number, maximum: number): z.ZodString {
  return text().min(minimum).max(maximum);
}

interface MetadataOptions {
  /** The error code of too much metadata. */
  code?: string;
}

export function metadata({ code }: MetadataOptions = {}): z.ZodType<
  Record<string, string>,
  Record<string, string>
> {
  return z
    .record(z.string(), z.string())
    .superRefine(refuseTooMuch(code))
    .describe('Up to 16 keys of up to 64 characters, with values of up to 512.');
}

/** A change of metadata; null removes a key. */
export function metadataPatch({ code }: MetadataOptions = {}): z.ZodType<
  Record<string, string | null>,
  Record<string, string | null>
> {
  return z
    .record(z.string(), z.string().nullable())
    .superRefine(refuseTooMuch(code))
    .describe('Is merged into what is there: a string sets a key, null removes it.');
}

function refuseTooMuch(code: string | undefined) {
  return (value: Record<string, string | null>, context: z.RefinementCtx): void => {
    const fault = findMetadataFault(value);
    if (fault !== undefined)
      context.addIssue({ code: 'custom', message: fault, params: { error_code: code } });
  };
}

/** The parameters of every list of pages. */
export const pageFields = {
  limit: pageLimit(100, 20).describe('At most so many on a page; 1 to 100, 20 unless given.'),
  page: z
    .string()
    .optional()
    // The SDKs write null so.
    .transform((value) => value || undefined)
    .describe('`next_page` of the page before.'),
};

/** A page of a list that is read in one direction. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ data: z.ZodArray<Item>; next_page: z.ZodNullable<z.ZodString> }> {
  return z.object({
    data: z.array(item),
    next_page: z.string().nullable().describe('Null on the last page.'),
  });
}

/** RFC 3339. */
export const timestamp = z.iso.datetime();
