import { Plus, ClipboardPaste } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { Field, TextArea } from '../../../ui/field.tsx';
import { findServerFault, newServer, parseServers } from '../form/servers.ts';
import type { Values } from '../form/values.ts';
import { ServerRowControl } from './server-row-control.tsx';

/** MCP servers, one row each; or pasted as they are in a file. */
export function ServersControl(): ReactNode {
  const { t } = useTranslation();
  const { field, formState } = useController<Values, 'servers'>({ name: 'servers' });
  const [pasted, setPasted] = useState<string>();
  const [isWrong, setWrong] = useState(false);
  const rows = field.value;
  const take = (): void => {
    const found = parseServers(pasted ?? '');
    setWrong(!found);
    if (!found) return;
    const names = new Set(found.map(({ name }) => name));
    field.onChange([...rows.filter(({ name }) => !names.has(name)), ...found]);
    setPasted(undefined);
  };
  return (
    <div className="flex flex-col gap-2">
      {rows.length > 0 && (
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.id}>
              <ServerRowControl
                row={row}
                fault={formState.errors.servers ? findServerFault(row, rows) : undefined}
                onChange={(changed) =>
                  field.onChange(rows.map((other) => (other.id === row.id ? changed : other)))
                }
                onRemove={() => field.onChange(rows.filter(({ id }) => id !== row.id))}
              />
            </li>
          ))}
        </ul>
      )}
      {pasted !== undefined && (
        <div className="flex flex-col items-start gap-2 rounded-md border p-2.5">
          <Field
            label={t('start.servers.pasteLabel')}
            hint={t('start.servers.pasteHint')}
            error={isWrong ? t('start.servers.pasteWrong') : undefined}
            className="w-full"
          >
            {(described) => (
              <TextArea
                {...described}
                // It has just been asked for.
                ref={(area) => area?.focus()}
                value={pasted}
                onChange={(event) => setPasted(event.target.value)}
                spellCheck={false}
                rows={5}
                className="font-mono text-xs"
              />
            )}
          </Field>
          <div className="flex gap-2">
            <Button size="sm" kind="primary" onClick={take}>
              {t('start.servers.pasteApply')}
            </Button>
            <Button size="sm" onClick={() => setPasted(undefined)}>
              {t('common.cancel')}
            </Button>
          </div>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={<Plus />} onClick={() => field.onChange([...rows, newServer()])}>
          {t('start.servers.add')}
        </Button>
        {pasted === undefined && (
          <Button size="sm" icon={<ClipboardPaste />} onClick={() => setPasted('')}>
            {t('start.servers.paste')}
          </Button>
        )}
      </div>
    </div>
  );
}
