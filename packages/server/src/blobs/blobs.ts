import type { Readable } from 'node:stream';

/**
 * The bytes of files, each known by its SHA-256, so that equal bytes are kept once. Whose they are is known elsewhere: bytes
 * stay as long as somebody says that they are used.
 */
export interface Blobs {
  /** Takes bytes down to the disk. They are nobody's until `keep`. Throws BlobTooLarge; NoRoom when the disk is full. */
  stage(source: AsyncIterable<Uint8Array>, limits: StageLimits): Promise<StagedBlob>;
  /** Undefined: they are not here. */
  open(digest: string): Promise<{ bytes: number; stream: Readable } | undefined>;
  has(digest: string): Promise<boolean>;
  /** Puts the bytes at `path`, which does not exist yet, for reading only. Throws BlobMissing. */
  place(digest: string, path: string): Promise<void>;
  /**
   * Removes the bytes if `isUsed` says that nobody uses them. It is asked before and after they are taken out of reach, so
   * that whoever begins to use them meanwhile does not lose them.
   */
  removeUnused(digest: string, isUsed: () => Promise<boolean>): Promise<void>;
  /** All that there are, in pages. */
  list(): AsyncIterable<string[]>;
  /** Puts right what a crash left: bytes that were just being taken in or out. */
  tidy(isUsed: (digest: string) => Promise<boolean>): Promise<void>;
}

export interface StageLimits {
  maxBytes: number;
  /** Looked at while bytes come: true: there is no room for more. */
  isFull(): boolean;
  signal: AbortSignal;
}

/** Bytes on the disk that nobody uses yet; gone when it is disposed of. */
export interface StagedBlob extends AsyncDisposable {
  digest: string;
  bytes: number;
  /** `commit` makes them somebody's: when it has resolved they are there, whoever removed equal bytes meanwhile. */
  keep<Result>(commit: () => Promise<Result>): Promise<Result>;
}

export class BlobTooLarge extends Error {
  override name = 'BlobTooLarge';
}

/** The disk is full, or about to be. */
export class NoRoom extends Error {
  override name = 'NoRoom';
}

/** The bytes are not on this disk. */
export class BlobMissing extends Error {
  override name = 'BlobMissing';
}
