import { type FileHandle, open } from 'node:fs/promises';
import { LossError } from '../../core/errors.js';
import { allocated } from '../../core/memory.js';
import { checkMemory } from '../run/memory.js';
import { fromFloat16, toFloat16 } from './float16.js';
import { bytesOf, headerLength, malformed, type NpyHeader, type NpyType, parseHeader, PREFIX } from './npy-header.js';

/**
 * An array of any rank, row-major: bytes for bool and uint8, float32 for float16 and float32, float64 for the others.
 */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Float32Array | Float64Array;
}

/**
 * Reads a .npy file; given several, stacks them along their first index, each read into its place. DATA where one
 * cannot be read, is malformed, has elements of a type that is not supported, is longer or shorter than its header
 * says, or does not fit the first; UNSUPPORTED where they are more than memory holds.
 */
export async function readNpy(file: string, ...more: readonly string[]): Promise<NpyArray> {
  const parts: Part[] = [];
  try {
    for (const name of [file, ...more]) {
      const handle = await named(name, open(name));
      parts.push({ file: name, handle });
    }
    const headers: NpyHeader[] = [];
    for (const part of parts) headers.push(await named(part.file, readHeader(part)));
    headers.forEach((header, k) => checkStackable(header, headers[0], parts[k].file, file));
    return await readEntries(parts, headers);
  } finally {
    await Promise.all(parts.map(({ handle }) => handle.close()));
  }
}

interface Part {
  readonly file: string;
  readonly handle: FileHandle;
}

/** What fails is DATA, and says in which file. */
async function named<Result>(file: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof LossError) throw cause;
    throw new LossError('DATA', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

async function readHeader({ file, handle }: Part): Promise<NpyHeader> {
  const { size } = await handle.stat();
  const prefix = await readExactly(handle, 0, Buffer.alloc(Math.min(PREFIX, size)), file);
  const length = Math.min(headerLength(prefix, file), size);
  const header = parseHeader(await readExactly(handle, 0, Buffer.alloc(length), file), file);
  const expected = header.length + entriesOf(header) * bytesOf[header.type];
  if (size !== expected) {
    throw malformed(
      file,
      `${expected} bytes for ${header.type} of shape (${header.shape.join(', ')})`,
      `${size} bytes`,
    );
  }
  return header;
}

function entriesOf({ shape }: Pick<NpyHeader, 'shape'>): number {
  return shape.reduce((product, length) => product * length, 1);
}

function checkStackable({ type, shape }: NpyHeader, first: NpyHeader, file: string, firstFile: string): void {
  const text = (t: NpyType, [, ...rest]: readonly number[]): string => `${t} of shape (${['*', ...rest].join(', ')})`;
  if (
    type === first.type && shape.length === first.shape.length &&
    shape.every((length, k) => k === 0 || length === first.shape[k])
  ) return;
  throw malformed(file, `${text(first.type, first.shape)} like ${firstFile}`, text(type, shape));
}

async function readEntries(parts: readonly Part[], headers: readonly NpyHeader[]): Promise<NpyArray> {
  const { type, shape } = headers[0];
  const raw = room(parts[0].file, headers.reduce((total, header) => total + entriesOf(header) * bytesOf[type], 0));
  let start = 0;
  for (const [k, header] of headers.entries()) {
    const { file, handle } = parts[k];
    const entries = raw.subarray(start, start + entriesOf(header) * bytesOf[type]);
    await named(file, readExactly(handle, header.length, entries, file));
    if (header.fortran) entries.set(rowMajor(entries, header.shape, bytesOf[type]));
    start += entries.length;
  }
  const count = headers.reduce((total, header) => total + (header.shape[0] ?? 1), 0);
  return { type, shape: shape.length === 0 ? [] : [count, ...shape.slice(1)], data: decode(raw, type) };
}

function room(file: string, bytes: number): Uint8Array {
  const what = `${file}: reading it`;
  checkMemory(what, bytes);
  return allocated(() => what, () => new Uint8Array(bytes));
}

/** A single read takes less than 2 GiB. */
const MOST = 2 ** 30;

/** Fills `into` from `position` on. */
async function readExactly<B extends Uint8Array>(
  handle: FileHandle,
  position: number,
  into: B,
  file: string,
): Promise<B> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, Math.min(into.length - done, MOST), position + done);
    if (bytesRead === 0) throw malformed(file, `${into.length} bytes at ${position}`, `${done}`);
    done += bytesRead;
  }
  return into;
}

/** Column-major entries of `width` bytes in row-major order. */
function rowMajor(entries: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const out = new Uint8Array(entries.length);
  const strides = shape.map((_, k) => width * shape.slice(0, k).reduce((product, length) => product * length, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += width) {
    for (let b = 0; b < width; b++) out[to + b] = entries[from + b];
    for (let k = shape.length - 1; k >= 0; k--) {
      from += strides[k];
      if (++index[k] < shape[k]) break;
      from -= strides[k] * shape[k];
      index[k] = 0;
    }
  }
  return out;
}

function decode(raw: Uint8Array, type: NpyType): NpyArray['data'] {
  if (bytesOf[type] === 1) return raw;
  const view = new DataView(raw.buffer);
  const count = raw.length / bytesOf[type];
  if (type === 'float16') {
    return Float32Array.from({ length: count }, (_, i) => fromFloat16(view.getUint16(2 * i, true)));
  }
  if (type === 'float32') return Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  if (type === 'float64') return Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
  if (type === 'int32') return Float64Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
  return Float64Array.from({ length: count }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}

/**
 * Entries as the bytes that follow the header; numbers beyond float16 become infinite, beyond uint8 are taken modulo
 * 256.
 */
export function encode(values: ArrayLike<number>, type: NpyType): Uint8Array {
  if (bytesOf[type] === 1) return Uint8Array.from(values);
  const bytes = new Uint8Array(values.length * bytesOf[type]);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (type === 'float16') view.setUint16(2 * i, toFloat16(values[i]), true);
    else if (type === 'float32') view.setFloat32(4 * i, values[i], true);
    else if (type === 'float64') view.setFloat64(8 * i, values[i], true);
    else if (type === 'int32') view.setInt32(4 * i, values[i], true);
    else view.setBigInt64(8 * i, BigInt(values[i]), true);
  }
  return bytes;
}
