import { useNavigate, useSearch } from '@tanstack/react-router';
import { FolderOpen, Upload as UploadIcon } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readFile, useDeleteFile, useFiles, type StoredFile } from '../../api/files.ts';
import { useShortcuts } from '../../lib/keyboard.ts';
import { saveBlob } from '../../lib/save-blob.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { toast, toastError } from '../../ui/toast.tsx';
import { DropZone } from './drop-zone.tsx';
import { FileList } from './file-list.tsx';
import { PreviewDialog } from './preview-dialog.tsx';
import { SessionFilter } from './session-filter.tsx';
import { UploadList } from './upload-list.tsx';
import { useUploads } from './use-uploads.ts';

export function FilesPage(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/files' });
  const { session } = useSearch({ from: '/files' });
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<StoredFile>();
  const [doomed, setDoomed] = useState<StoredFile>();
  const files = useFiles({ sessionId: session, whole: search !== '' });
  const { uploads, add, remove, retry } = useUploads();
  const deletion = useDeleteFile();
  const input = useRef<HTMLInputElement>(null);
  const choose = (): void => input.current?.click();
  useShortcuts([{ keys: 'u', label: t('files.upload'), group: 'here', run: choose }]);
  const found = files.items.filter(({ id, filename }) =>
    `${filename}\n${id}`.toLowerCase().includes(search.trim().toLowerCase()),
  );
  const download = async (file: StoredFile): Promise<void> => {
    try {
      saveBlob(await readFile(file.id), file.filename);
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
  };
  const confirmDelete = async (file: StoredFile): Promise<void> => {
    try {
      await deletion.mutateAsync(file.id);
      toast(t('files.deleted', { name: file.filename }));
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
    setDoomed(undefined);
  };
  const uploadButton = (
    <Button kind="primary" icon={<UploadIcon />} onClick={choose}>
      {t('files.upload')}
    </Button>
  );
  return (
    <Page title={t('shell.nav.files')} actions={uploadButton}>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('files.upload')}
        onChange={({ target }) => {
          add([...(target.files ?? [])]);
          // The same file can be chosen again.
          target.value = '';
        }}
      />
      <DropZone onFiles={add}>
        <div className="mb-3 flex flex-wrap items-center gap-3">
          <SearchField label={t('files.search')} value={search} onChange={setSearch} />
          <SessionFilter
            value={session}
            onChange={(id) =>
              void navigate({ search: id === undefined ? {} : { session: id }, replace: true })
            }
          />
        </div>
        <UploadList uploads={uploads} onRemove={remove} onRetry={retry} />
        {files.isPending && <Skeleton rows={6} />}
        {files.error !== null && files.items.length === 0 && (
          <ErrorState error={files.error} onRetry={files.refetch} />
        )}
        {!files.isPending && files.error === null && files.items.length === 0 && (
          <EmptyState
            icon={<FolderOpen />}
            title={t(session === undefined ? 'files.empty.title' : 'files.empty.ofSession')}
            text={t('files.empty.text')}
          >
            {uploadButton}
          </EmptyState>
        )}
        {found.length > 0 && (
          <FileList
            files={found}
            onOpen={setShown}
            onDownload={(file) => void download(file)}
            onDelete={setDoomed}
          />
        )}
        {files.items.length > 0 && found.length === 0 && !files.hasMore && (
          <EmptyState title={t('files.notFound')} />
        )}
        <LoadMore hasMore={files.hasMore} busy={files.isFetchingMore} onMore={files.fetchMore} />
      </DropZone>
      {shown && (
        <PreviewDialog
          file={shown}
          onClose={() => setShown(undefined)}
          onDownload={() => void download(shown)}
        />
      )}
      <ConfirmDialog
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={() => doomed && void confirmDelete(doomed)}
        title={t('files.askDelete', { name: doomed?.filename ?? '' })}
        description={t('files.askDeleteText')}
        action={t('common.delete')}
        danger
        busy={deletion.isPending}
      />
    </Page>
  );
}
