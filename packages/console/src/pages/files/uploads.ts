/** Files on their way to the server. Pure; use-uploads.ts sends them. */
export interface Upload {
  id: number;
  name: string;
  size: number;
  state: 'waiting' | 'sending' | 'done' | 'failed';
  /** 0 to 1. */
  progress: number;
  /** Of a failed one, in the server's words. */
  fault?: string;
}

/** So many at the same time: one large file does not hold up the others. */
const AT_ONCE = 2;

/** Those that can begin now. */
export function nextUploads(uploads: readonly Upload[]): Upload[] {
  const sending = uploads.filter(({ state }) => state === 'sending').length;
  return uploads.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, AT_ONCE - sending));
}

export function changeUpload(
  uploads: readonly Upload[],
  id: number,
  part: Partial<Omit<Upload, 'id'>>,
): readonly Upload[] {
  return uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload));
}

export function isUnderWay({ state }: Upload): boolean {
  return state === 'waiting' || state === 'sending';
}
