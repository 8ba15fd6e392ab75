import { useQuery } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { loadV1 } from '../../../api/load-v1.ts';
import { saveBlob } from '../../../lib/save-blob.ts';
import { toastError } from '../../../ui/toast.tsx';

/** A file that was uploaded: as a picture, or to be kept. The key goes with the request, so the browser cannot fetch it itself. */
export function StoredFile({
  fileId,
  title,
  isImage = false,
}: {
  fileId: string;
  title?: string;
  isImage?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const { data: about } = useQuery({
    queryKey: ['file', fileId],
    queryFn: async ({ signal }) => (await loadV1()).beta.files.retrieveMetadata(fileId, {}, { signal }),
    staleTime: Infinity,
  });
  const name = about?.filename ?? title ?? fileId;
  if (isImage && about?.downloadable) return <StoredImage fileId={fileId} name={name} />;
  const save = async (): Promise<void> => {
    try {
      saveBlob(await (await (await loadV1()).beta.files.download(fileId)).blob(), name);
    } catch (error) {
      toastError(error, t('common.unreachable'));
    }
  };
  return (
    <button
      type="button"
      disabled={about?.downloadable !== true}
      onClick={() => void save()}
      className="inline-flex min-h-8 items-center gap-2 rounded-md border bg-surface px-2.5 text-xs enabled:hover:bg-hover"
    >
      <FileText aria-hidden className="size-4 text-faint" />
      {name}
    </button>
  );
}

function StoredImage({ fileId, name }: { fileId: string; name: string }): ReactNode {
  const { data: url } = useQuery({
    queryKey: ['file-content', fileId],
    queryFn: async ({ signal }) =>
      toDataUrl(await (await (await loadV1()).beta.files.download(fileId, {}, { signal })).blob()),
    staleTime: Infinity,
  });
  if (url === undefined) return <div className="h-40 w-56 animate-pulse rounded-md bg-sunken" />;
  return <img src={url} alt={name} className="max-h-80 max-w-full rounded-md border bg-sunken" />;
}

async function toDataUrl(content: Blob): Promise<string> {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.addEventListener('load', resolve);
    reader.addEventListener('error', reject);
    reader.readAsDataURL(content);
  });
  return typeof reader.result === 'string' ? reader.result : '';
}
