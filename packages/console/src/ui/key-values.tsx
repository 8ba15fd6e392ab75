import { Plus, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './button.tsx';
import { TextInput } from './field.tsx';

interface Entry {
  row: number;
  key: string;
  value: string | null;
}

/** Names with values, such as metadata. While a name is missing or there twice, its row says so and is not in the value. */
export function KeyValues<Value extends string | null>({
  label,
  value,
  onChange,
  keptText,
}: {
  label: string;
  value: Readonly<Record<string, Value>>;
  onChange: (value: Record<string, string | Value>) => void;
  /** What stands in the place of a value that is null: one that the server keeps and does not show. */
  keptText?: string;
}): ReactNode {
  const { t } = useTranslation();
  const [entries, setEntries] = useState(() => toEntries(value));
  const [shown, setShown] = useState<Readonly<Record<string, unknown>>>(value);
  let current = entries;
  // It was changed elsewhere.
  if (shown !== value && JSON.stringify(toObject(entries)) !== JSON.stringify(value)) {
    current = toEntries(value);
    setEntries(current);
  }
  if (shown !== value) setShown(value);
  const change = (next: Entry[]): void => {
    setEntries(next);
    onChange(toObject(next) as Record<string, string | Value>);
  };
  const patch = (row: number, part: Partial<Entry>): void =>
    change(current.map((entry) => (entry.row === row ? { ...entry, ...part } : entry)));
  const isDouble = ({ row, key }: Entry): boolean =>
    key !== '' && current.some((other) => other.row < row && other.key === key);
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-2">
      {current.map((entry) => (
        <div key={entry.row} className="flex gap-2">
          <TextInput
            aria-label={t('common.keyValues.key')}
            placeholder={t('common.keyValues.key')}
            aria-invalid={isDouble(entry) || undefined}
            title={isDouble(entry) ? t('common.keyValues.double') : undefined}
            value={entry.key}
            className="!w-2/5 font-mono"
            onChange={(event) => patch(entry.row, { key: event.target.value })}
          />
          <TextInput
            aria-label={t('common.keyValues.value', { key: entry.key })}
            placeholder={entry.value === null ? keptText : t('common.keyValues.valueHint')}
            value={entry.value ?? ''}
            className="font-mono"
            onChange={(event) => patch(entry.row, { value: event.target.value })}
          />
          <IconButton
            label={t('common.keyValues.remove', { key: entry.key })}
            onClick={() => change(current.filter(({ row }) => row !== entry.row))}
          >
            <X />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() =>
            setEntries([...current, { row: (current.at(-1)?.row ?? 0) + 1, key: '', value: '' }])
          }
        >
          {t('common.keyValues.add')}
        </Button>
      </div>
    </div>
  );
}

function toEntries(value: Readonly<Record<string, string | null>>): Entry[] {
  return Object.entries(value).map(([key, text], row) => ({ row, key, value: text }));
}

function toObject(entries: readonly Entry[]): Record<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { key, value } of entries) if (key !== '' && !found.has(key)) found.set(key, value);
  return Object.fromEntries(found);
}
