import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';
import { TextInput, type Described } from './field.tsx';

export interface Suggestion {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
}

/** A text with suggestions below it: what is typed counts, also when it is none of them. */
export function Combobox({
  described,
  value,
  onChange,
  onPick = onChange,
  onBlur,
  suggestions,
  listLabel,
  note,
  placeholder,
  className,
}: {
  described: Described;
  value: string;
  onChange: (value: string) => void;
  /** A suggestion was chosen. */
  onPick?: (value: string) => void;
  onBlur?: () => void;
  suggestions: readonly Suggestion[];
  /** The name of the list. */
  listLabel: string;
  /** Stands below the suggestions, or in their place when there are none. */
  note?: string | undefined;
  placeholder?: string;
  className?: string;
}): ReactNode {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLDivElement>(null);
  const isShown = isOpen && suggestions.length > 0;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const pick = (suggestion: Suggestion): void => {
    onPick(suggestion.value);
    setActive(-1);
  };
  const move = (step: number): void => {
    setOpen(true);
    const count = suggestions.length;
    if (count > 0) setActive(active === -1 && step < 0 ? count - 1 : (active + step + count) % count);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = isShown ? suggestions[active] : undefined;
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && chosen) pick(chosen);
    else if (event.key === 'Escape' && isShown) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className={classNames('relative', className)}>
      <TextInput
        {...described}
        role="combobox"
        aria-expanded={isShown}
        aria-controls={isShown ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onChange={(event) => {
          onChange(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
          setActive(-1);
          onBlur?.();
        }}
        className="font-mono"
      />
      {isShown && (
        <div className="absolute inset-x-0 top-full z-30 mt-1 rounded-md border bg-surface shadow-lg">
          <div
            id={`${id}-list`}
            ref={list}
            role="listbox"
            aria-label={listLabel}
            className="max-h-60 overflow-y-auto p-1 empty:hidden"
          >
            {suggestions.map((suggestion, index) => (
              // The keyboard works in the field: see aria-activedescendant.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={suggestion.value}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                // So that the focus stays in the field.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(suggestion)}
                className="flex min-h-7 cursor-pointer items-center justify-between gap-3 rounded px-2 text-sm hover:bg-hover aria-selected:bg-hover"
              >
                <span className="min-w-0 truncate font-mono">{suggestion.label}</span>
                {suggestion.hint !== undefined && (
                  <span className="shrink-0 text-xs text-muted">{suggestion.hint}</span>
                )}
              </div>
            ))}
          </div>
          {note !== undefined && <p className="px-3 py-1.5 text-xs text-muted">{note}</p>}
        </div>
      )}
      {isOpen && suggestions.length === 0 && note !== undefined && (
        // Over what is below, which can be pressed through it: nothing may move when the field is left.
        <p
          role="status"
          className="pointer-events-none absolute top-full left-0 z-30 mt-1 rounded-md border bg-surface px-3 py-1.5 text-xs text-muted shadow-lg"
        >
          {note}
        </p>
      )}
    </div>
  );
}
