import { ChevronRight } from 'lucide-react';
import { type ReactNode } from 'react';
import { classNames } from '../../../../lib/class-names.ts';
import { useFold } from '../folds.ts';

/** Deeper and longer than this, it is folded at first. */
const OPEN_DEPTH = 2;
const OPEN_ENTRIES = 20;
const MOST_ENTRIES = 500;

/** A value as a tree that can be folded. */
export function JsonTree({ value, id }: { value: unknown; id: string }): ReactNode {
  return (
    <div className="overflow-x-auto px-3 py-2 font-mono text-xs leading-[1.6]">
      <Value value={value} id={id} depth={0} />
    </div>
  );
}

function Value({ value, id, depth }: { value: unknown; id: string; depth: number }): ReactNode {
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = Object.entries(value);
    if (entries.length === 0)
      return <span className="text-muted">{Array.isArray(value) ? '[ ]' : '{ }'}</span>;
    return <Entries entries={entries} isList={Array.isArray(value)} id={id} depth={depth} />;
  }
  if (typeof value === 'string') return <Text value={value} />;
  return <span className="hljs-number">{JSON.stringify(value) ?? 'undefined'}</span>;
}

/** A text of several lines is shown as such. */
function Text({ value }: { value: string }): ReactNode {
  const isLong = value.includes('\n');
  return (
    <span className={classNames('break-words whitespace-pre-wrap', isLong && 'block border-l-2 pl-2')}>
      {value}
    </span>
  );
}

function Entries({
  entries,
  isList,
  id,
  depth,
}: {
  entries: [string, unknown][];
  isList: boolean;
  id: string;
  depth: number;
}): ReactNode {
  const [isOpen, setOpen] = useFold(id, depth < OPEN_DEPTH && entries.length <= OPEN_ENTRIES);
  const list = (
    <ul className={classNames(depth > 0 && 'ml-1.5 border-l pl-3')}>
      {entries.slice(0, MOST_ENTRIES).map(([name, value]) => (
        <li key={name}>
          <span className="text-muted select-none">{isList ? `${name} ` : `${name}: `}</span>
          <Value value={value} id={`${id}.${name}`} depth={depth + 1} />
        </li>
      ))}
      {entries.length > MOST_ENTRIES && <li className="text-muted">… {entries.length - MOST_ENTRIES}</li>}
    </ul>
  );
  if (depth === 0) return list;
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="inline-flex items-center gap-0.5 rounded text-muted hover:text-ink"
      >
        <ChevronRight
          aria-hidden
          className={classNames('size-3 transition-transform', isOpen && 'rotate-90')}
        />
        {isList ? `[${entries.length}]` : `{${entries.length}}`}
      </button>
      {isOpen && list}
    </>
  );
}
