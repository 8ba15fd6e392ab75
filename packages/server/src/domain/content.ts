/** A piece of a message, in the words of the Messages API and of `/v1`. */
export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; source: BlockSource }
  | {
      type: 'document';
      source: BlockSource | TextSource;
      title?: string | null | undefined;
      context?: string | null | undefined;
    }
  | SearchResultBlock;

export type BlockSource =
  | { type: 'base64'; media_type: string; data: string }
  | { type: 'url'; url: string }
  /** A file of `/v1/files`. */
  | { type: 'file'; file_id: string };

export interface TextSource {
  type: 'text';
  media_type: 'text/plain';
  data: string;
}

/** In results of custom tools only. */
export interface SearchResultBlock {
  type: 'search_result';
  source: string;
  title: string;
  content: { type: 'text'; text: string }[];
  citations: { enabled: boolean };
}

/** What a message says: a plain text, as the simple API sends it, or pieces. */
export type Content = string | ContentBlock[];

/** The text of a message, for where only text fits. */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
