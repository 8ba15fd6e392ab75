import { ListFilter, Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { fleet } from '../../live/fleet-store.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { formatChip, formatFilter, parseFilter, type Chip } from './fleet-filter.ts';
import { listChips } from './list-chips.ts';

const AFTER_TYPING_MS = 150;

/** One field for text and conditions; what has been typed of the form `key:value ` becomes a chip. */
export function SearchBar({
  text,
  onChange,
  input,
}: {
  text: string;
  onChange: (text: string) => void;
  input: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const { t } = useTranslation();
  const { chips, words } = parseFilter(text);
  const { draft, setDraft, type } = useDraft(text, onChange);
  const setChips = (next: readonly Chip[], nextWords: readonly string[] = words): void =>
    onChange(formatFilter({ chips: next, words: nextWords }));
  const finish = (value: string): void => {
    const typed = parseFilter(value);
    setDraft(
      formatFilter({ chips: [], words: typed.words }) +
        (/\s$/.test(value) && typed.words.length > 0 ? ' ' : ''),
    );
    setChips([...chips, ...typed.chips], typed.words);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') finish(draft);
    if (event.key === 'Backspace' && draft === '') setChips(chips.slice(0, -1));
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (draft === '') return event.currentTarget.blur();
    setDraft('');
    setChips(chips, []);
  };
  return (
    <search className="flex min-h-8 min-w-0 flex-wrap items-center gap-1 rounded-md border border-line-strong bg-surface px-2 py-0.5 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent lg:w-[280px] xl:w-[320px] lg:shrink-0">
      <Search className="size-4 shrink-0 text-faint" aria-hidden />
      {chips.map((chip, index) => (
        <ChipButton
          key={formatChip(chip)}
          chip={chip}
          onRemove={() => setChips(chips.filter((_, other) => other !== index))}
        />
      ))}
      <input
        ref={input}
        type="text"
        role="searchbox"
        aria-label={t('fleet.search.label')}
        placeholder={chips.length === 0 ? t('fleet.search.placeholder') : ''}
        spellCheck={false}
        value={draft}
        onChange={({ target: { value } }) =>
          /\s$/.test(value) && parseFilter(value).chips.length > 0 ? finish(value) : type(value, chips)
        }
        onKeyDown={onKeyDown}
        className="h-6 min-w-24 flex-1 bg-transparent px-1 text-sm outline-none"
      />
      <FilterMenu onChoose={(chip) => setChips([...chips, chip])} />
    </search>
  );
}

/** What is in the field, which is ahead of the search while somebody types. */
function useDraft(
  text: string,
  onChange: (text: string) => void,
): {
  draft: string;
  setDraft: (draft: string) => void;
  type: (draft: string, chips: readonly Chip[]) => void;
} {
  const wordsOf = (value: string): string => formatFilter({ chips: [], words: parseFilter(value).words });
  const [draft, setDraft] = useState(() => wordsOf(text));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [seen, setSeen] = useState(text);
  if (text !== seen) {
    setSeen(text);
    // Changed from elsewhere: by a link, or by going back.
    if (wordsOf(text) !== wordsOf(draft)) setDraft(wordsOf(text));
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (value: string, chips: readonly Chip[]): void => {
    setDraft(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => onChange(formatFilter({ chips, words: parseFilter(value).words })),
      AFTER_TYPING_MS,
    );
  };
  const set = (value: string): void => {
    clearTimeout(timer.current);
    setDraft(value);
  };
  return { draft, setDraft: set, type };
}

function ChipButton({ chip, onRemove }: { chip: Chip; onRemove: () => void }): ReactNode {
  const { t } = useTranslation();
  const label = t('fleet.search.remove', { filter: formatChip(chip) });
  return (
    <span className="inline-flex h-6 max-w-64 items-center gap-1 rounded bg-accent-soft pl-2 text-xs text-accent">
      <span className="truncate">
        {chip.key}: <b className="font-medium">{chip.value}</b>
      </span>
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={onRemove}
        className="inline-flex size-6 items-center justify-center rounded hover:bg-hover"
      >
        <X className="size-3" aria-hidden />
      </button>
    </span>
  );
}

/** The agents and the metadata that there are, to choose from. */
function FilterMenu({ onChoose }: { onChoose: (chip: Chip) => void }): ReactNode {
  const { t } = useTranslation();
  const [offered, setOffered] = useState<readonly Chip[]>([]);
  const items = offered.map((chip) => ({
    label: (
      <span className="truncate">
        <span className="text-muted">{chip.key === 'agent' ? t('fleet.search.agents') : chip.key}:</span>{' '}
        {chip.value}
      </span>
    ),
    onSelect: () => onChoose(chip),
  }));
  return (
    <Menu
      onOpen={() => setOffered(listChips(fleet.values()))}
      trigger={
        <Button size="sm" kind="ghost" icon={<ListFilter />} className="-mr-1.5 !h-6">
          {t('fleet.search.filter')}
        </Button>
      }
      items={
        items.length > 0
          ? items
          : [{ label: t('fleet.search.nothing'), disabled: true, onSelect: () => undefined }]
      }
    />
  );
}
