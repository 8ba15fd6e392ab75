import { Search } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/keyboard.ts';
import { TextInput } from './field.tsx';

/** The search of a list; `/` goes there. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  const ref = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', label: t('common.search'), group: 'here', run: () => ref.current?.focus() }]);
  return (
    <div className="relative w-full sm:w-64">
      <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden />
      <TextInput
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        className="!pl-8"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </div>
  );
}
