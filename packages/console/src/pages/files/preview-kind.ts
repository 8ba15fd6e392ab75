/** A larger text is shown from its beginning. */
export const MAX_TEXT = 200_000;
/** What is larger is not fetched to be looked at. */
const MAX_BYTES = 20_000_000;

const IMAGES = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;
const TEXTS =
  /^(?:text\/|application\/(?:json|ld\+json|xml|yaml|x-yaml|toml|javascript|x-sh|x-ndjson|sql)\b)/;
const TEXT_NAMES =
  /\.(?:txt|md|csv|tsv|log|json|jsonl|ya?ml|toml|xml|html?|css|[cm]?[jt]sx?|py|rb|go|rs|java|c|h|cpp|sh|sql|ini|conf|env|diff|patch)$/i;

/** How a file can be looked at; undefined: not here. An image cannot run scripts, and text is text. */
export function previewKind({
  filename,
  mime_type: type,
  size_bytes: size,
  downloadable,
}: {
  filename: string;
  mime_type: string;
  size_bytes: number;
  downloadable?: boolean;
}): 'image' | 'text' | undefined {
  if (downloadable === false || size > MAX_BYTES) return undefined;
  if (IMAGES.test(type)) return 'image';
  return TEXTS.test(type) || TEXT_NAMES.test(filename) ? 'text' : undefined;
}
