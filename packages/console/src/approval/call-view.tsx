import { diffLines } from 'diff';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { countLines } from '../lib/count-lines.ts';
import { showHidden } from '../lib/visible-text.ts';
import { classNames } from '../lib/class-names.ts';
import { Markdown } from '../text/markdown.tsx';
import { toTool } from './waiting-call.ts';

/** What a call would do, by its kind: the whole input, with nothing hidden in it. */
export function CallView({ name, input }: { name: string; input: Record<string, unknown> }): ReactNode {
  const { t } = useTranslation();
  const tool = toTool(name);
  const { command, description, file_path: path, content, edits, plan, ...rest } = input;
  if (Object.keys(input).length === 0 && tool.name !== 'ExitPlanMode')
    return <p className="text-sm text-muted">{t('approval.input.none')}</p>;
  if (tool.kind !== 'built_in') return <Fields fields={input} />;
  switch (tool.name) {
    case 'Bash':
      return (
        <>
          {typeof description === 'string' && <p className="text-sm text-muted">{showHidden(description)}</p>}
          <Block text={toText(command)} prompt />
          <Fields fields={rest} />
        </>
      );
    case 'Write':
      return (
        <>
          <Path path={path} note={t('approval.input.lines', { count: countLines(toText(content)) })} />
          <Block text={toText(content)} />
          <Fields fields={rest} />
        </>
      );
    case 'Edit': {
      const { old_string: before, new_string: after, replace_all: all, ...more } = rest;
      return (
        <>
          <Path path={path} {...(all === true && { note: t('approval.input.replaceAll') })} />
          <Difference before={before} after={after} />
          <Fields fields={more} />
        </>
      );
    }
    case 'MultiEdit':
      return (
        <>
          <Path path={path} />
          {(Array.isArray(edits) ? edits : []).map((edit: Record<string, unknown>, index) => (
            // oxlint-disable-next-line react/no-array-index-key
            <Difference key={index} before={edit['old_string']} after={edit['new_string']} />
          ))}
          <Fields fields={rest} />
        </>
      );
    case 'ExitPlanMode':
      return <Plan plan={plan} />;
    default:
      return <Fields fields={input} />;
  }
}

/** The agent has written it to a file of its own, of which the agent's process adds the text. */
function Plan({ plan }: { plan: unknown }): ReactNode {
  const { t } = useTranslation();
  if (typeof plan !== 'string') return <p className="text-sm text-muted">{t('approval.input.noPlan')}</p>;
  return (
    <div className="rounded-md border bg-canvas px-3 py-2 text-sm">
      <Markdown text={showHidden(plan)} />
    </div>
  );
}

function Path({ path, note }: { path: unknown; note?: string }): ReactNode {
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
      <code className="font-medium break-all">{toText(path)}</code>
      {note !== undefined && <span className="text-muted">{note}</span>}
    </p>
  );
}

const BLOCK = 'rounded-md border bg-code px-2.5 py-2 text-xs whitespace-pre-wrap break-words font-mono';

function Block({ text, prompt = false }: { text: string; prompt?: boolean }): ReactNode {
  return (
    <pre className={BLOCK}>
      {prompt && (
        <span className="text-faint select-none" aria-hidden>
          {'$ '}
        </span>
      )}
      {text}
    </pre>
  );
}

function Difference({ before, after }: { before: unknown; after: unknown }): ReactNode {
  const parts = diffLines(toText(before ?? ''), toText(after ?? ''));
  return (
    <pre className={classNames(BLOCK, '!px-0')}>
      {parts.flatMap((part, index) =>
        part.value
          .replace(/\n$/, '')
          .split('\n')
          .map((line, row) => (
            <span
              // oxlint-disable-next-line react/no-array-index-key
              key={`${index}.${row}`}
              className={classNames('block px-2.5', part.added && 'bg-added', part.removed && 'bg-removed')}
            >
              {part.added ? '+ ' : part.removed ? '- ' : '  '}
              {line}
            </span>
          )),
      )}
    </pre>
  );
}

/** Whatever else there is, by its name. */
function Fields({ fields }: { fields: Record<string, unknown> }): ReactNode {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <dl className="flex flex-col gap-1.5 text-xs">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt className="font-mono text-muted">{showHidden(name)}</dt>
          <dd className={BLOCK}>{toText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A value as people read it, with its hidden characters. */
function toText(value: unknown): string {
  return showHidden(typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''));
}
