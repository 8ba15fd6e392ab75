import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { TextInput, type Described } from '../../../ui/field.tsx';
import type { Values } from '../form/values.ts';

/** A list of texts: Enter adds what was typed, Backspace in the empty field takes back the last. */
export function ChipsControl({
  name,
  described,
}: {
  name: `list.${string}`;
  described: Described;
}): ReactNode {
  const { t } = useTranslation();
  const {
    field: { value: list = [], onChange, onBlur, ref },
  } = useController<Values, `list.${string}`>({ name });
  const [typed, setTyped] = useState('');
  const add = (): void => {
    const item = typed.trim();
    if (item !== '' && !list.includes(item)) onChange([...list, item]);
    setTyped('');
  };
  return (
    <div className="flex flex-col gap-1.5">
      {list.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {list.map((item) => (
            <li
              key={item}
              className="inline-flex h-7 max-w-full items-center gap-0.5 rounded-md border bg-sunken pl-2 font-mono text-xs"
            >
              <span className="truncate">{item}</span>
              <button
                type="button"
                aria-label={t('start.removeItem', { name: item })}
                onClick={() => onChange(list.filter((other) => other !== item))}
                className="flex size-6 items-center justify-center text-muted hover:text-ink"
              >
                <X className="size-3" aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextInput
        {...described}
        ref={ref}
        value={typed}
        placeholder={t('start.addItem')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono"
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => {
          add();
          onBlur();
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
          if (event.key === 'Enter') {
            event.preventDefault();
            add();
          } else if (event.key === 'Backspace' && typed === '' && list.length > 0) {
            onChange(list.slice(0, -1));
          }
        }}
      />
    </div>
  );
}
