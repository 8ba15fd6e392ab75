import { Trash2 } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import { Select, TextArea, TextInput } from '../../../ui/field.tsx';
import type { ServerFault, ServerRow } from '../form/servers.ts';

const TYPES = ['http', 'sse', 'stdio'] as const;

export function ServerRowControl({
  row,
  fault,
  onChange,
  onRemove,
}: {
  row: ServerRow;
  fault: ServerFault | undefined;
  onChange: (row: ServerRow) => void;
  onRemove: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const target = row.type === 'stdio' ? 'command' : 'url';
  const wrong = (...faults: ServerFault[]): object =>
    fault && faults.includes(fault) ? { 'aria-invalid': true, 'aria-describedby': id } : {};
  return (
    <div className="flex flex-col gap-1.5 rounded-md border p-2.5">
      <div className="flex flex-wrap items-center gap-1.5">
        <TextInput
          aria-label={t('start.name')}
          placeholder={t('start.name')}
          {...wrong('name', 'twice')}
          value={row.name}
          onChange={(event) => onChange({ ...row, name: event.target.value })}
          autoComplete="off"
          className="min-w-24 flex-1 font-mono sm:max-w-40"
        />
        <Select
          aria-label={t('start.servers.type')}
          value={row.type}
          onChange={(event) => {
            const type = TYPES.find((one) => one === event.target.value);
            if (type) onChange({ ...row, type });
          }}
          className="!w-28"
        >
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {t(`start.servers.types.${type}`)}
            </option>
          ))}
        </Select>
        <TextInput
          aria-label={t(`start.servers.${target}`)}
          placeholder={target === 'url' ? 'https://example.com/mcp' : 'npx -y @example/mcp-server'}
          {...wrong('target')}
          value={row[target]}
          onChange={(event) => onChange({ ...row, [target]: event.target.value })}
          autoComplete="off"
          spellCheck={false}
          className="order-last w-full font-mono sm:order-none sm:w-auto sm:flex-[2]"
        />
        <IconButton label={t('start.removeRow')} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      <details open={row.rest !== '' || undefined} className="text-xs">
        <summary className="cursor-pointer text-muted hover:text-ink">{t('start.servers.rest')}</summary>
        <TextArea
          aria-label={t('start.servers.rest')}
          placeholder={
            row.type === 'stdio'
              ? '{ "env": { "TOKEN": "…" } }'
              : '{ "headers": { "Authorization": "Bearer …" } }'
          }
          {...wrong('rest')}
          value={row.rest}
          onChange={(event) => onChange({ ...row, rest: event.target.value })}
          spellCheck={false}
          rows={3}
          className="mt-1.5 font-mono text-xs"
        />
      </details>
      {fault && (
        <p id={id} className="text-xs text-bad">
          {fault === 'rest' ? t('start.servers.restWrong') : t(`start.servers.${fault}`)}
        </p>
      )}
    </div>
  );
}
