import { z } from 'zod';

// The agent's own format, which is not documented; test/e2e/contract-recovery.test.ts holds what is used of it.

const block = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  text: z.string().optional(),
  tool_use_id: z.string().optional(),
});
const transcriptEntry = z.looseObject({
  type: z.string(),
  uuid: z.string().nullish(),
  isSidechain: z.boolean().nullish(),
  timestamp: z.string().nullish(),
  isApiErrorMessage: z.boolean().nullish(),
  attachment: z.looseObject({ source_uuid: z.string().nullish() }).nullish(),
  message: z
    .looseObject({
      id: z.string().optional(),
      content: z.union([z.string(), z.array(block)]).optional(),
      stop_reason: z.string().nullish(),
      usage: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type Entry = z.infer<typeof transcriptEntry>;
export type Block = z.infer<typeof block>;

/** A line of a transcript, as far as it is read. */
export function parseEntry(line: string): Entry {
  return transcriptEntry.parse(JSON.parse(line));
}

export function blocksOf({ message }: Entry): Block[] {
  return Array.isArray(message?.content) ? message.content : [];
}
