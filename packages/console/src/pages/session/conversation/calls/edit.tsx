import { FilePenLine, FilePlus2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { isRecord, toText } from '../../../../live/session-events.ts';
import type { CallItem } from '../../../../live/session-items.ts';
import { diffTexts, type Diff } from '../diff/diff-model.ts';
import { DiffModeSwitch, DiffView } from '../diff/diff-view.tsx';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { CodeView } from '../text/code-view.tsx';
import { languageOf } from '../text/languages.ts';
import type { Describe } from './face.ts';
import { Path } from './path.tsx';
import { ResultContent } from './result-content.tsx';
import { Section } from './section.tsx';

/** Edit, MultiEdit, Write and NotebookEdit: what they change. */
export const describeEdit: Describe = (call, t) => {
  const isNew = isWrite(call);
  const diffs = diffsOf(call);
  const added = diffs.reduce((sum, diff) => sum + diff.added, 0);
  const removed = diffs.reduce((sum, diff) => sum + diff.removed, 0);
  return {
    icon: isNew ? FilePlus2 : FilePenLine,
    title: t(isNew ? 'conversation.tool.write' : 'conversation.tool.edit'),
    summary: <Path path={pathOf(call)} />,
    path: pathOf(call),
    isCode: true,
    meta: (
      <>
        <span className="text-ok">+{added}</span> {!isNew && <span className="text-bad">−{removed}</span>}
      </>
    ),
    isOpen: true,
    Body: isNew ? WriteBody : EditBody,
  };
};

/** A file that is new is no change: it is shown as what it is. */
function WriteBody({ call }: { call: CallItem }): ReactNode {
  const content = toText((call.approval?.input ?? call.input)['content']);
  return (
    <>
      <Section copy={content}>
        <CodeView id={call.id} code={content.replace(/\n$/, '')} language={languageOf(pathOf(call))} />
      </Section>
      {call.result?.isError === true && <ResultContent call={call} />}
    </>
  );
}

function EditBody({ call }: { call: CallItem }): ReactNode {
  const diffs = diffsOf(call);
  return (
    <div className="group/part relative">
      <div className="absolute top-0.5 right-0.5 z-10 flex rounded-md bg-surface/80 opacity-0 group-hover/part:opacity-100 focus-within:opacity-100 [@media(hover:none)]:static [@media(hover:none)]:justify-end [@media(hover:none)]:border-b [@media(hover:none)]:opacity-100">
        <DiffModeSwitch />
        <CopyButton text={() => diffs.map(toPatch).join('\n')} className="!h-6 !w-6" />
      </div>
      {diffs.map((diff, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the edits of a call stay as they are
        <div key={index} className="border-t first:border-t-0">
          <DiffView id={`${call.id}.diff${index}`} diff={diff} />
        </div>
      ))}
      {call.result?.isError === true && (
        <div className="border-t">
          <ResultContent call={call} />
        </div>
      )}
    </div>
  );
}

function isWrite({ tool }: CallItem): boolean {
  return /^write$/i.test(tool.name);
}

export function pathOf({ input }: CallItem): string {
  return toText(input['file_path'] ?? input['notebook_path']);
}

/** Rows come and go while one scrolls; an input never changes. */
const known = new WeakMap<object, Diff[]>();

function diffsOf(call: CallItem): Diff[] {
  const input = call.approval?.input ?? call.input;
  const diffs = known.get(input) ?? editsOf(call, input).map(([before, after]) => diffTexts(before, after));
  known.set(input, diffs);
  return diffs;
}

function editsOf(call: CallItem, input: Record<string, unknown>): [before: string, after: string][] {
  if (isWrite(call)) return [['', toText(input['content'])]];
  const { edits } = input;
  if (Array.isArray(edits)) return edits.filter(isRecord).map(toPair);
  if ('new_source' in input) return [['', toText(input['new_source'])]];
  return [toPair(input)];
}

function toPair(edit: Record<string, unknown>): [before: string, after: string] {
  return [toText(edit['old_string']), toText(edit['new_string'])];
}

function toPatch({ rows }: Diff): string {
  return rows
    .map((row): string => {
      switch (row.kind) {
        case 'gap':
          return toPatch({ rows: row.rows, added: 0, removed: 0 });
        case 'same':
          return ` ${row.text}`;
        case 'added':
          return `+${row.segments.map(({ text }) => text).join('')}`;
        case 'removed':
          return `-${row.segments.map(({ text }) => text).join('')}`;
      }
    })
    .join('\n');
}
