import { z } from 'zod';
import type { FirstTranscript, PlacedEntry } from '../../store/session-walk.ts';
import type { SessionView } from '../../store/store.ts';
import { parseText } from '../body.ts';
import { invalid } from './errors.ts';
import { metadata } from './fields.ts';
import { projectSession } from './project-session.ts';
import { titleField } from './session-fields.ts';
import { validateV1 } from './validate.ts';

// A transcript as JSONL: what a session is, in the first line, and then what its agent remembers, entry by entry.

const VERSION = 1;

/** Of which a conversation consists. The agent writes others too, about itself. */
const ENTRY_TYPES = ['user', 'assistant', 'attachment', 'system', 'summary', 'agent_metadata'] as const;
const KEPT = new Set<string>(ENTRY_TYPES);

/** '' is the main part. The others become names of files, so they are plain. */
const PART = /^$|^subagents(?:\/[\w-]+)+$/;

const header = z.looseObject({
  type: z.literal('session'),
  version: z.literal(VERSION),
  title: titleField.nullish(),
  metadata: metadata().optional(),
});

const entry = z.looseObject({ type: z.enum(ENTRY_TYPES), uuid: z.string().max(64).optional() });

const line = z.discriminatedUnion('type', [
  header,
  z.strictObject({
    type: z.literal('entry'),
    part: z.string().regex(PART, "Input should be '' or the name of a part, such as subagents/agent-1"),
    entry,
  }),
]);

export interface ImportedTranscript extends Pick<z.output<typeof header>, 'title' | 'metadata'> {
  toParts(agentSessionId: string): Extract<FirstTranscript, { from: 'client' }>['parts'];
}

/** Throws V1Error, with the number of the line, from 0 on, as the path. */
export function parseTranscript(text: string, options: { acceptUnknownFields: boolean }): ImportedTranscript {
  const texts = text.split('\n').filter((one) => one.trim() !== '');
  const { body: lines } = validateV1(
    { body: z.array(line).min(2) },
    { body: texts.map(parseLine), params: undefined, query: undefined, headers: undefined },
    options,
  );
  const [first, ...rest] = lines;
  if (first?.type !== 'session') throw invalid('0.type', "Input should be 'session'");
  const parts = new Map<string, z.output<typeof entry>[]>();
  for (const [index, one] of rest.entries()) {
    if (one.type !== 'entry') throw invalid(`${index + 1}.type`, "Input should be 'entry'");
    const part = parts.get(one.part) ?? [];
    part.push(one.entry);
    parts.set(one.part, part);
  }
  const isConversation = parts.get('')?.some(({ type }) => type === 'user' || type === 'assistant');
  if (!isConversation) throw invalid('', 'There is nothing in it that anybody said');
  return {
    title: first.title,
    metadata: first.metadata,
    toParts: (sessionId) =>
      [...parts].map(([subpath, entries]) => ({
        subpath,
        entries: entries.map((one) => ({
          uuid: one.uuid ?? null,
          entry: JSON.stringify({ ...one, sessionId }),
        })),
      })),
  };
}

function parseLine(text: string, index: number): unknown {
  try {
    return parseText(text);
  } catch {
    throw invalid(String(index), 'Input should be JSON');
  }
}

/** The lines, each with its end. */
export async function* writeTranscript(
  view: SessionView,
  entries: AsyncIterable<PlacedEntry>,
): AsyncGenerator<string> {
  const shown = projectSession(view, [], view.session.createdAt);
  const { id, title, agent, created_at } = shown;
  const first = { type: 'session', version: VERSION, id, title, metadata: shown.metadata, agent, created_at };
  yield `${JSON.stringify(first)}\n`;
  for await (const { subpath, entry: text } of entries) {
    const { type }: { type?: unknown } = JSON.parse(text);
    if (typeof type !== 'string' || !KEPT.has(type)) continue;
    yield `{"type":"entry","part":${JSON.stringify(subpath)},"entry":${text}}\n`;
  }
}
