import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readFile, type StoredFile } from '../../api/files.ts';
import { showHidden } from '../../lib/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { MAX_TEXT, previewKind } from './preview-kind.ts';

/** A look at an image or a text. */
export function PreviewDialog({
  file,
  onClose,
  onDownload,
}: {
  file: StoredFile;
  onClose: () => void;
  onDownload: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const kind = previewKind(file);
  const { data, error, refetch } = useQuery({
    queryKey: ['file-content', file.id],
    staleTime: Infinity,
    gcTime: 0,
    enabled: kind !== undefined,
    queryFn: async ({ signal }) => {
      const blob = await readFile(file.id, signal);
      // Said by us: what a browser makes of a type that the uploader chose is not asked.
      if (kind === 'image') return { image: new Blob([blob], { type: file.mime_type }) };
      return { text: await blob.slice(0, MAX_TEXT * 4).text() };
    },
  });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={showHidden(file.filename)}
      footer={
        <Button icon={<Download />} onClick={onDownload} disabled={file.downloadable === false}>
          {t('files.download')}
        </Button>
      }
    >
      {kind === undefined && <p className="text-sm text-muted">{t('files.noPreview')}</p>}
      {kind !== undefined && !data && !error && <Skeleton rows={5} />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.image && <Picture image={data.image} name={file.filename} />}
      {data?.text !== undefined && (
        <>
          <pre className="rounded-md border bg-code p-3 text-xs break-words whitespace-pre-wrap">
            {showHidden(data.text.slice(0, MAX_TEXT))}
          </pre>
          {data.text.length > MAX_TEXT && <p className="mt-2 text-xs text-muted">{t('files.cut')}</p>}
        </>
      )}
    </Dialog>
  );
}

function Picture({ image, name }: { image: Blob; name: string }): ReactNode {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(image);
    // oxlint-disable-next-line react/set-state-in-effect
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [image]);
  return url === undefined ? null : (
    <img src={url} alt={name} className="mx-auto max-h-[65dvh] max-w-full rounded-md border bg-sunken" />
  );
}
