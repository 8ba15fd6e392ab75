import { FileText, FolderOpen, GitBranch, Trash2 } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Select, TextInput } from '../../../ui/field.tsx';
import { newResource, type ResourceRow } from '../form/resources.ts';
import type { Values } from '../form/values.ts';
import { useFiles } from '../queries.ts';
import { DirectoryInput } from './directory-control.tsx';

const TYPES = ['file', 'local_directory', 'github_repository'] as const;
const ICONS = { file: FileText, local_directory: FolderOpen, github_repository: GitBranch };

/** What a session finds when it begins. */
export function ResourcesControl(): ReactNode {
  const { t } = useTranslation();
  const { field } = useController<Values, 'resources'>({ name: 'resources' });
  const rows = field.value;
  return (
    <div className="flex flex-col gap-2">
      {rows.length > 0 && (
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.id} className="flex items-start gap-1.5 rounded-md border p-2.5">
              <div className="flex min-w-0 flex-1 flex-col gap-1.5">
                <ResourceFields
                  row={row}
                  onChange={(changed) =>
                    field.onChange(rows.map((other) => (other.id === row.id ? changed : other)))
                  }
                />
              </div>
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
      <div className="flex flex-wrap gap-2">
        {TYPES.map((type) => {
          const Icon = ICONS[type];
          // A session works in one directory.
          const isThere = type === 'local_directory' && rows.some((row) => row.type === type);
          return (
            <Button
              key={type}
              size="sm"
              icon={<Icon />}
              disabled={isThere}
              onClick={() => field.onChange([...rows, newResource(type)])}
            >
              {t(`start.resources.add_${type}`)}
            </Button>
          );
        })}
      </div>
    </div>
  );
}

function ResourceFields({
  row,
  onChange,
}: {
  row: ResourceRow;
  onChange: (row: ResourceRow) => void;
}): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  const optional = ` (${t('start.resources.optional')})`;
  const text = (name: 'target' | 'branch' | 'token' | 'mountPath', label: string, rest: object = {}) => (
    <TextInput
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      value={row[name]}
      onChange={(event) => onChange({ ...row, [name]: event.target.value })}
      className="font-mono"
      {...rest}
    />
  );
  switch (row.type) {
    case 'local_directory':
      return (
        <>
          <label htmlFor={id} className="text-xs text-muted">
            {t('start.resources.local_directory')}
          </label>
          <DirectoryInput
            described={{ id, 'aria-describedby': undefined, 'aria-invalid': undefined }}
            value={row.target}
            onChange={(target) => onChange({ ...row, target })}
          />
        </>
      );
    case 'github_repository':
      return (
        <>
          {text('target', t('start.resources.url'), { placeholder: 'https://github.com/owner/name' })}
          <div className="grid gap-1.5 sm:grid-cols-2">
            {text('branch', t('start.resources.branch') + optional)}
            {text('token', t('start.resources.token') + optional, { type: 'password' })}
          </div>
          {text('mountPath', t('start.resources.mountPath') + optional)}
        </>
      );
    case 'file':
      return (
        <>
          <FileSelect value={row.target} onChange={(target) => onChange({ ...row, target })} />
          {text('mountPath', t('start.resources.mountPath') + optional)}
        </>
      );
  }
}

function FileSelect({ value, onChange }: { value: string; onChange: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { data } = useFiles();
  if (data?.length === 0) return <p className="text-xs text-muted">{t('start.resources.noFiles')}</p>;
  return (
    <Select
      aria-label={t('start.resources.file')}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{data ? t('start.resources.file') : t('common.loading')}</option>
      {data?.map(({ id, name }) => (
        <option key={id} value={id}>
          {name} ({id})
        </option>
      ))}
    </Select>
  );
}
