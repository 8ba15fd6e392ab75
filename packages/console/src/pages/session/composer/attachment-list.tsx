import { File, LoaderCircle, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../../lib/class-names.ts';
import { Bytes } from '../../../ui/values.tsx';
import type { Attachment } from './attachments.ts';

/** What goes with the message, each with what it is and how to take it away. */
export function AttachmentList({
  attachments,
  onRemove,
}: {
  attachments: readonly Attachment[];
  onRemove: (id: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  if (attachments.length === 0) return null;
  return (
    <ul aria-label={t('session.composer.attachments')} className="flex flex-wrap gap-2 px-3 pt-3">
      {attachments.map((attachment) => (
        <li
          key={attachment.id}
          className={classNames(
            'flex max-w-64 items-center gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2 text-xs',
            attachment.state === 'failed' && 'border-bad',
          )}
        >
          <Picture attachment={attachment} />
          <span className="min-w-0">
            <span className="block truncate font-medium" title={attachment.name}>
              {attachment.name}
            </span>
            <span className={classNames('block', attachment.state === 'failed' ? 'text-bad' : 'text-muted')}>
              <Note attachment={attachment} />
            </span>
          </span>
          <button
            type="button"
            aria-label={t('session.composer.remove', { name: attachment.name })}
            onClick={() => onRemove(attachment.id)}
            className="flex size-7 shrink-0 items-center justify-center rounded text-muted hover:bg-hover hover:text-ink"
          >
            <X className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Note({ attachment: { state, fault, path, bytes } }: { attachment: Attachment }): ReactNode {
  const { t } = useTranslation();
  if (state === 'reading') return t('session.composer.reading');
  if (state === 'failed')
    return fault === undefined || fault === '' ? t('session.composer.unsupported') : fault;
  return (
    <>
      <Bytes value={bytes} />
      {path !== undefined && ` · ${t('session.composer.onDisk')}`}
    </>
  );
}

function Picture({ attachment: { state, block } }: { attachment: Attachment }): ReactNode {
  if (state === 'reading')
    return <LoaderCircle className="size-4 shrink-0 animate-spin text-muted" aria-hidden />;
  if (state === 'failed') return <TriangleAlert className="size-4 shrink-0 text-bad" aria-hidden />;
  if (block?.type === 'image' && block.source.type === 'base64') {
    const { media_type: type, data } = block.source;
    return (
      <img src={`data:${type};base64,${data}`} alt="" className="size-8 shrink-0 rounded object-cover" />
    );
  }
  return <File className="size-4 shrink-0 text-muted" aria-hidden />;
}
