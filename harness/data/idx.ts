import { readFile } from 'node:fs/promises';
import { constants, gunzipSync, type ZlibOptions } from 'node:zlib';
import { LossError } from '../../core/errors.js';

/** An array of bytes of any rank, row-major, as the MNIST files hold it. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Bytes of entries, 1 GiB: MNIST has 47 million. */
const MOST = 2 ** 30;

/**
 * Reads an IDX file of unsigned bytes with `rank` dimensions, gzipped or not (told by its first bytes, not its name):
 *
 *     00 00 08 rank | rank big-endian uint32 sizes | the entries
 *
 * DATA where it cannot be read, is no such file, has a size of 0 or more than 2^30 entries, or is longer or shorter
 * than its header says. No more is unzipped than the header says.
 * Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, "File formats".
 */
export async function readIdx(file: string, rank: number): Promise<ByteArray> {
  const stored = await readWhole(file);
  const zipped = stored[0] === 0x1f && stored[1] === 0x8b;
  const length = 4 + 4 * rank;
  const shape = shapeOf(zipped ? beginning(stored, file) : stored, rank, file);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size < 1 || size > MOST) {
    throw malformed(file, `1 to ${MOST} entries`, `shape (${shape.join(', ')})`);
  }
  const bytes = zipped ? gunzip(stored, { maxOutputLength: length + size }, file) : stored;
  if (bytes.length !== length + size) {
    throw malformed(file, `${length + size} bytes for shape (${shape.join(', ')})`, `${bytes.length} bytes`);
  }
  return { shape, data: bytes.subarray(length) };
}

function shapeOf(bytes: Buffer, rank: number, file: string): number[] {
  const length = 4 + 4 * rank;
  if (bytes.length < length) throw malformed(file, `a header of ${length} bytes`, `${bytes.length} bytes in all`);
  const magic = bytes.readUInt32BE(0);
  const expected = 0x0800 + rank;
  if (magic !== expected) throw malformed(file, `magic number ${hex(expected)}`, hex(magic));
  return Array.from({ length: rank }, (_, k) => bytes.readUInt32BE(4 + 4 * k));
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new LossError('DATA', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * What the first bytes unzip to: a header at least, and by the format's limit of 1032 to 1 at most half a million
 * bytes.
 */
function beginning(stored: Buffer, file: string): Buffer {
  return gunzip(stored.subarray(0, 512), { finishFlush: constants.Z_SYNC_FLUSH }, file);
}

function gunzip(stored: Buffer, options: ZlibOptions, file: string): Buffer {
  try {
    return gunzipSync(stored, options);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const { maxOutputLength } = options;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw malformed(file, `${maxOutputLength} bytes, as its header says`, 'more');
    throw new LossError('DATA', `${file}: expected a whole gzip file, got ${message}`, { cause });
  }
}

function malformed(file: string, expected: string, got: string): LossError {
  return new LossError('DATA', `${file}: expected ${expected}, got ${got}`);
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}
