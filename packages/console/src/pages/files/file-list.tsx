import { Link } from '@tanstack/react-router';
import { Download, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoredFile } from '../../api/files.ts';
import { toUuid } from '../../lib/ids.ts';
import { showHidden } from '../../lib/visible-text.ts';
import { IconButton } from '../../ui/button.tsx';
import { Table } from '../../ui/table.tsx';
import { Ago, Bytes } from '../../ui/values.tsx';
import { useFleetRow } from '../../live/fleet.ts';
import { shorten } from '../../lib/format.ts';

export function FileList({
  files,
  onOpen,
  onDownload,
  onDelete,
}: {
  files: readonly StoredFile[];
  onOpen: (file: StoredFile) => void;
  onDownload: (file: StoredFile) => void;
  onDelete: (file: StoredFile) => void;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <Table
      label={t('shell.nav.files')}
      items={files}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'name',
          label: t('files.name'),
          render: (file) => (
            <button
              type="button"
              className="text-left font-medium break-all hover:underline"
              onClick={() => onOpen(file)}
            >
              {showHidden(file.filename)}
            </button>
          ),
        },
        {
          name: 'type',
          label: t('files.type'),
          className: 'text-xs text-muted',
          render: ({ mime_type: type }) => showHidden(type),
        },
        {
          name: 'size',
          label: t('files.size'),
          isNumber: true,
          className: 'text-muted',
          render: ({ size_bytes: size }) => <Bytes value={size} />,
        },
        {
          name: 'session',
          label: t('files.session'),
          render: ({ scope }) =>
            scope ? (
              <SessionName id={scope.id} />
            ) : (
              <span className="text-xs text-faint">{t('files.ofNoSession')}</span>
            ),
        },
        {
          name: 'made',
          label: t('files.made'),
          className: 'text-muted whitespace-nowrap',
          render: ({ created_at: at }) => <Ago at={at} />,
        },
        {
          name: 'actions',
          label: t('files.actions'),
          isUnnamed: true,
          className: 'max-sm:ml-auto',
          render: (file) => (
            <div className="flex justify-end">
              <IconButton
                label={t('files.downloadOne', { name: file.filename })}
                disabled={file.downloadable === false}
                onClick={() => onDownload(file)}
              >
                <Download />
              </IconButton>
              <IconButton
                label={t('files.deleteOne', { name: file.filename })}
                onClick={() => onDelete(file)}
              >
                <Trash2 />
              </IconButton>
            </div>
          ),
        },
      ]}
    />
  );
}

function SessionName({ id }: { id: string }): ReactNode {
  const row = useFleetRow(id);
  const sessionId = toUuid(id);
  const name = shorten(row?.title ?? row?.prompt ?? id, 40);
  if (sessionId === undefined) return name;
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      className="text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      {name}
    </Link>
  );
}
