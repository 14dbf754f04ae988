import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LossError } from '../../core/errors.js';

/** An array of bytes of any rank, row-major, as the MNIST files hold it. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes with `rank` dimensions, gzipped or not (told by its first bytes, not its name):
 *
 *     00 00 08 rank | rank big-endian uint32 sizes | the entries
 *
 * DATA where it cannot be read, is no such file, or is longer or shorter than its header says.
 * Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, "File formats".
 */
export async function readIdx(file: string, rank: number): Promise<ByteArray> {
  const bytes = await readUnzipped(file);
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw malformed(file, `a header of ${header} bytes`, `${bytes.length} bytes in all`);
  const magic = bytes.readUInt32BE(0);
  const expected = 0x0800 + rank;
  if (magic !== expected) throw malformed(file, `magic number ${hex(expected)}`, hex(magic));
  const shape = Array.from({ length: rank }, (_, k) => bytes.readUInt32BE(4 + 4 * k));
  const size = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== header + size) {
    throw malformed(file, `${header + size} bytes for shape (${shape.join(', ')})`, `${bytes.length} bytes`);
  }
  return { shape, data: bytes.subarray(header) };
}

async function readUnzipped(file: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new LossError('DATA', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new LossError('DATA', `${file}: expected a whole gzip file, got ${(cause as Error).message}`, { cause });
  }
}

function malformed(file: string, expected: string, got: string): LossError {
  return new LossError('DATA', `${file}: expected ${expected}, got ${got}`);
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
