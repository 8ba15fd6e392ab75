import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../../ui/button.tsx';
import { TextInput } from '../../../ui/field.tsx';
import { newRowId } from '../form/row-id.ts';
import type { Pair, Values } from '../form/values.ts';

/** Names with values, a row for each. */
export function PairsControl({ name }: { name: `pairs.${string}` }): ReactNode {
  const { t } = useTranslation();
  const { field } = useController<Values, typeof name>({ name });
  const rows = field.value ?? [];
  const change = (id: string, part: Partial<Pair>): void =>
    field.onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <div className="flex flex-col items-start gap-1.5">
      {rows.length > 0 && (
        <ul className="flex w-full flex-col gap-1.5">
          {rows.map((row) => (
            <li key={row.id} className="flex items-center gap-1.5">
              <TextInput
                aria-label={t('start.name')}
                placeholder={t('start.name')}
                value={row.name}
                onChange={(event) => change(row.id, { name: event.target.value })}
                onBlur={field.onBlur}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                className="max-w-56 flex-1 font-mono"
              />
              <TextInput
                aria-label={t('start.value')}
                placeholder={t('start.value')}
                value={row.value}
                onChange={(event) => change(row.id, { value: event.target.value })}
                onBlur={field.onBlur}
                autoComplete="off"
                spellCheck={false}
                className="flex-1 font-mono"
              />
              <IconButton
                label={t('start.removeRow')}
                onClick={() => field.onChange(rows.filter(({ id }) => id !== row.id))}
              >
                <Trash2 />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button
        size="sm"
        icon={<Plus />}
        onClick={() => field.onChange([...rows, { id: newRowId(), name: '', value: '' }])}
      >
        {t('start.addRow')}
      </Button>
    </div>
  );
}
