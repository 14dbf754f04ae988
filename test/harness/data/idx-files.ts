import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** The bytes of an IDX file. */
export function idxBytes(shape: readonly number[], entries: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length, 0);
  shape.forEach((length, k) => header.writeUInt32BE(length, 4 + 4 * k));
  return Buffer.concat([header, Uint8Array.from(entries)]);
}

/**
 * Writes a small MNIST to `folder`: image i of a part has label `digit(i)` and all its pixels are 10 * label, so that a
 * picture says what it shows. `name` spells the file names.
 */
export function writeDigits(
  folder: string,
  counts: { train: number; t10k: number },
  {
    side = 8,
    gzip = false,
    digit = (i: number): number => i % 10,
    name = (part: string, kind: string): string => `${part}-${kind}-ubyte`,
  } = {},
): void {
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of Object.entries(counts)) {
    const labels = Array.from({ length: count }, (_, i) => digit(i));
    const pixels = labels.flatMap((label) => new Array<number>(side * side).fill(10 * label));
    const files: [string, Buffer][] = [
      ['images-idx3', idxBytes([count, side, side], pixels)],
      ['labels-idx1', idxBytes([count], labels)],
    ];
    for (const [kind, bytes] of files) {
      writeFileSync(path.join(folder, name(part, kind) + (gzip ? '.gz' : '')), gzip ? gzipSync(bytes) : bytes);
    }
  }
}
