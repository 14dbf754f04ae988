import { LossError } from '../../core/errors.js';

/** Element types, by the name that NumPy gives them. */
export type NpyType = 'bool' | 'uint8' | 'int32' | 'int64' | 'float16' | 'float32' | 'float64';

export interface NpyHeader {
  readonly type: NpyType;
  readonly shape: readonly number[];
  /** First index fastest; else the last. */
  readonly fortran: boolean;
  /** Bytes before the entries. */
  readonly length: number;
}

const descriptions: Readonly<Record<NpyType, string>> = {
  bool: '|b1',
  uint8: '|u1',
  int32: '<i4',
  int64: '<i8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
};

export const bytesOf: Readonly<Record<NpyType, number>> = {
  bool: 1,
  uint8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

/** The first bytes tell how long the header is: this many are enough. */
export const PREFIX = 12;

/** NumPy's are of 128 bytes, those of arrays of structures of a few thousand. */
const LONGEST = 2 ** 20;

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/**
 * How many bytes come before the entries:
 *
 *     93 'NUMPY' major minor | little-endian length of the text, 2 bytes in version 1, 4 in version 2 | text
 *
 * DATA where `prefix`, the first bytes of `file`, begin no .npy file.
 * Source: NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays.
 */
export function headerLength(prefix: Buffer, file: string): number {
  if (prefix.length < PREFIX) throw malformed(file, 'an .npy file', `${prefix.length} bytes in all`);
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw malformed(
      file,
      'the first bytes of an .npy file, 934e554d5059',
      prefix.subarray(0, MAGIC.length).toString('hex'),
    );
  }
  const [major, minor] = [prefix[6], prefix[7]];
  if (major !== 1 && major !== 2) throw malformed(file, '.npy of version 1 or 2', `${major}.${minor}`);
  const length = major === 1 ? 10 + prefix.readUInt16LE(8) : 12 + prefix.readUInt32LE(8);
  if (length > LONGEST) throw malformed(file, `a header of at most ${LONGEST} bytes`, `${length}`);
  return length;
}

/**
 * Reads a whole header, the Python dictionary in it included; DATA where it is malformed or says a type that is not
 * supported.
 */
export function parseHeader(bytes: Buffer, file: string): NpyHeader {
  const length = headerLength(bytes, file);
  if (bytes.length < length) throw malformed(file, `a header of ${length} bytes`, `${bytes.length} bytes in all`);
  const text = bytes.toString('latin1', bytes[6] === 1 ? 10 : 12, length).trim();
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text)?.[1];
  const shape = shapeOf(text);
  if (order === undefined || shape === undefined || !text.startsWith('{') || !text.endsWith('}')) {
    throw malformed(file, 'a header with descr, fortran_order and shape', JSON.stringify(text.slice(0, 100)));
  }
  return { type: typeOf(text, file), shape, fortran: order === 'True', length };
}

/** As many as NumPy has. */
const MOST_DIMENSIONS = 64;

/**
 * The sizes of `'shape': (2, 3L, 4)`, the L of Python 2 and a comma at the end allowed; nothing where that is not
 * there.
 */
function shapeOf(text: string): number[] | undefined {
  const tuple = /'shape'\s*:\s*\(([^()]*)\)/.exec(text)?.[1];
  const parts = tuple?.split(',').map((part) => part.trim());
  if (parts?.at(-1) === '') parts.pop();
  const sizes = parts?.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : NaN));
  return sizes?.every(Number.isSafeInteger) && sizes.length <= MOST_DIMENSIONS ? sizes : undefined;
}

function typeOf(text: string, file: string): NpyType {
  const description = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1] ?? /'descr'\s*:\s*(\[.{0,80})/s.exec(text)?.[1];
  const types = Object.keys(descriptions) as NpyType[];
  const found = types.find((type) => descriptions[type] === description);
  if (found) return found;
  throw malformed(file, `elements of ${types.join(', ')}, little-endian`, `descr ${description ?? 'missing'}`);
}

/** The header of a row-major array, version 1, filled up to a multiple of 64 bytes as NumPy does. */
export function formatHeader(type: NpyType, shape: readonly number[]): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptions[type]}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const start = Buffer.from([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 11)}\n`, 'latin1')]);
}

export function malformed(file: string, expected: string, got: string): LossError {
  return new LossError('DATA', `${file}: expected ${expected}, got ${got}`);
}
