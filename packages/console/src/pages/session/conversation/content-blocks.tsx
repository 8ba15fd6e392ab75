import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toOptionalText, toRecord, toText } from '../../../live/session-events.ts';
import type { ContentBlock } from '../../../live/session-items.ts';
import { isInlineImage, isSafeUrl } from '../../../lib/safe-url.ts';
import { StoredFile } from './stored-file.tsx';
import { JsonTree } from './text/json-tree.tsx';

/** Pictures, documents and what else is in a content, besides text. */
export function ContentBlocks({ content, id }: { content: readonly ContentBlock[]; id: string }): ReactNode {
  return (
    <div className="flex flex-wrap items-start gap-2">
      {content.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a content never changes
        <Block key={index} block={block} id={`${id}.${index}`} />
      ))}
    </div>
  );
}

function Block({ block, id }: { block: ContentBlock; id: string }): ReactNode {
  const { t } = useTranslation();
  const source = toRecord(block['source']);
  switch (block.type) {
    case 'text':
      return <p className="w-full break-words whitespace-pre-wrap">{toText(block['text'])}</p>;
    case 'image': {
      if (source['type'] === 'file') return <StoredFile fileId={toText(source['file_id'])} isImage />;
      const url = urlOf(source);
      if (!isInlineImage(url)) return <Outside url={url} title={url} />;
      return (
        <img
          src={url}
          alt={t('conversation.image')}
          className="max-h-80 max-w-full rounded-md border bg-sunken"
        />
      );
    }
    case 'document': {
      const title = toOptionalText(block['title']) ?? t('conversation.document');
      if (source['type'] === 'file') return <StoredFile fileId={toText(source['file_id'])} title={title} />;
      if (source['type'] === 'text') {
        return (
          <details className="w-full rounded-md border bg-surface text-xs">
            <summary className="min-h-7 px-2 py-1 font-medium">{title}</summary>
            <pre className="max-h-80 overflow-auto border-t px-2 py-1 whitespace-pre-wrap">
              {toText(source['data'])}
            </pre>
          </details>
        );
      }
      return <Download url={urlOf(source)} title={title} />;
    }
    case 'search_result':
      return <Outside url={toText(block['source'])} title={toText(block['title'])} />;
    case 'redacted':
      return <p className="text-faint italic">{t('conversation.redacted')}</p>;
    default:
      return <JsonTree value={block} id={id} />;
  }
}

function urlOf(source: Record<string, unknown>): string {
  if (source['type'] === 'url') return toText(source['url']);
  const type = toText(source['media_type']);
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? `data:${type};base64,${toText(source['data'])}` : '';
}

function Outside({ url, title }: { url: string; title: string }): ReactNode {
  if (!isSafeUrl(url)) return <span className="break-all text-muted">{title}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="break-all text-accent hover:underline"
    >
      {title}
    </a>
  );
}

/** A document is kept, never opened: it may hold what runs. */
function Download({ url, title }: { url: string; title: string }): ReactNode {
  if (isSafeUrl(url)) return <Outside url={url} title={title} />;
  if (!url.startsWith('data:')) return <span className="text-muted">{title}</span>;
  return (
    <a
      href={url}
      download={title}
      className="inline-flex min-h-8 items-center gap-2 rounded-md border bg-surface px-2.5 text-xs hover:bg-hover"
    >
      <FileText aria-hidden className="size-4 text-faint" />
      {title}
    </a>
  );
}
