import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { fromFloat16, toFloat16 } from '../../../harness/data/float16.js';
import { formatHeader, type NpyType } from '../../../harness/data/npy-header.js';
import { encode, readNpy } from '../../../harness/data/npy.js';
import { failureOf, temporaryFolder } from '../helpers.js';

const folder = temporaryFolder();

/** A .npy file byte by byte, as the format's definition says, not as our writer does. */
function npyBytes(dictionary: string, entries: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${dictionary}\n`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]), length, text, entries]);
}

const dictionary = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

const write = (bytes: Uint8Array, name = 'some.npy'): string => {
  const file = path.join(folder(), name);
  writeFileSync(file, bytes);
  return file;
};

describe('readNpy', () => {
  it('reads each type, of version 1 and 2', async () => {
    const floats = Buffer.alloc(8);
    floats.writeFloatLE(0.1, 0);
    floats.writeFloatLE(-3, 4);
    const doubles = Buffer.alloc(16);
    doubles.writeDoubleLE(0.1, 0);
    doubles.writeDoubleLE(-1e300, 8);
    const cases: [string, NpyType, Uint8Array, number[]][] = [
      ['|b1', 'bool', Uint8Array.of(1, 0), [1, 0]],
      ['|u1', 'uint8', Uint8Array.of(7, 255), [7, 255]],
      ['<i4', 'int32', Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x00, 0x01, 0x00, 0x00), [-2, 256]],
      ['<i8', 'int64', Uint8Array.from([0xfd, ...new Array<number>(7).fill(0xff), 1, 0, 0, 0, 1, 0, 0, 0]), [
        -3,
        2 ** 32 + 1,
      ]],
      ['<f2', 'float16', Uint8Array.of(0x66, 0x3a, 0x00, 0xc2), [0.7998046875, -3]],
      ['<f4', 'float32', floats, [Math.fround(0.1), -3]],
      ['<f8', 'float64', doubles, [0.1, -1e300]],
    ];
    for (const [descr, type, entries, values] of cases) {
      for (const version of [1, 2]) {
        const array = await readNpy(write(npyBytes(dictionary(descr, '(2,)'), entries, version)));
        expect({ ...array, data: [...array.data] }).to.deep.equal({ type, shape: [2], data: values });
      }
    }
  });

  it('puts Fortran order into row-major order', async () => {
    const values = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11].map((v) => v + 0.5); // entry (i, j, k) = 6 i + 2 j + k + 0.5, i fastest
    const { shape, data } = await readNpy(
      write(npyBytes(dictionary('<f2', '(2, 3, 2)', 'True'), encode(values, 'float16'))),
    );
    expect(shape).to.deep.equal([2, 3, 2]);
    expect([...data]).to.deep.equal(Array.from({ length: 12 }, (_, i) => i + 0.5));
  });

  it('reads shapes as Python writes them, and refuses others at once, however long', async () => {
    const shapeOf = async (text: string): Promise<readonly number[]> =>
      (await readNpy(write(npyBytes(dictionary('|u1', text), Uint8Array.of(1, 2, 3, 4, 5, 6))))).shape;
    for (const text of ['(2, 3)', '(2,3,)', '( 2L , 3L, )', '(2,\n3)']) {
      expect(await shapeOf(text)).to.deep.equal([2, 3]);
    }
    const digits = '1'.repeat(50_000);
    const long = `(${digits}x)`;
    for (
      const text of [
        '(2 3)',
        '(2,,3)',
        '(,)',
        '(-2, 3)',
        '(2.5,)',
        '(6',
        '6',
        long,
        `(${'2, '.repeat(10_000)}x)`,
        `(${digits})`,
      ]
    ) {
      expect((await failureOf(() => shapeOf(text))).code).to.equal('DATA');
    }
  });

  it('reads as many dimensions as NumPy has, and no more', async () => {
    const read = (dimensions: number): ReturnType<typeof readNpy> =>
      readNpy(write(npyBytes(dictionary('|u1', `(${'1,'.repeat(dimensions)})`, 'True'), Uint8Array.of(7))));
    expect((await read(64)).shape).to.have.lengthOf(64);
    for (const dimensions of [65, 20_000]) expect((await failureOf(() => read(dimensions))).code).to.equal('DATA');
  });

  it('reads scalars, arrays without entries, and keys in another order', async () => {
    expect([...(await readNpy(write(npyBytes(dictionary('|u1', '()'), Uint8Array.of(9))))).data]).to.deep.equal([9]);
    expect((await readNpy(write(npyBytes(dictionary('<f8', '(0, 4)'), new Uint8Array())))).shape).to.deep.equal([0, 4]);
    const turned = `{"x": 1}`.replace('"x": 1', `'shape': (1L, 2L), 'fortran_order': False, 'descr': '|u1'`);
    expect((await readNpy(write(npyBytes(turned, Uint8Array.of(1, 2))))).shape).to.deep.equal([1, 2]);
  });

  it('stacks parts, each in its own order, and refuses parts that do not fit', async () => {
    const a = write(npyBytes(dictionary('|u1', '(1, 2, 2)', 'True'), Uint8Array.of(0, 2, 1, 3)), 'a.npy');
    const b = write(npyBytes(dictionary('|u1', '(2, 2, 2)'), Uint8Array.of(4, 5, 6, 7, 8, 9, 10, 11)), 'b.npy');
    const { shape, data } = await readNpy(a, b);
    expect(shape).to.deep.equal([3, 2, 2]);
    expect([...data]).to.deep.equal(Array.from({ length: 12 }, (_, i) => i));
    const others = [
      npyBytes(dictionary('|u1', '(2, 1, 4)'), new Uint8Array(8)),
      npyBytes(dictionary('|b1', '(2, 2, 2)'), new Uint8Array(8)),
    ];
    for (const other of others) {
      const error = await failureOf(() => readNpy(a, write(other, 'other.npy')));
      expect(error.code).to.equal('DATA');
      expect(error.message).to.include('other.npy');
    }
    mkdirSync(path.join(folder(), 'no-file.npy'));
    expect((await failureOf(() => readNpy(path.join(folder(), 'no-file.npy'), a))).message).to.include('no-file.npy');
  });

  it('refuses truncated, longer and other files, and types it does not know', async () => {
    const good = npyBytes(dictionary('|u1', '(2, 3)'), new Uint8Array(6));
    const wrong = {
      'no bytes': Buffer.alloc(0),
      'a prefix alone': good.subarray(0, 9),
      'half a header': good.subarray(0, 30),
      'an entry less': good.subarray(0, good.length - 1),
      'an entry more': Buffer.concat([good, Buffer.of(0)]),
      'another magic': Buffer.concat([Buffer.from('PK\x03\x04'), good.subarray(4)]),
      'version 9': npyBytes(dictionary('|u1', '(2, 3)'), new Uint8Array(6), 9),
      'big-endian': npyBytes(dictionary('>f2', '(3,)'), new Uint8Array(6)),
      objects: npyBytes(dictionary('|O', '(6,)'), new Uint8Array(6)),
      'short integers': npyBytes(dictionary('<i2', '(3,)'), new Uint8Array(6)),
      records: npyBytes(`{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (6,), }`, new Uint8Array(6)),
      'no shape': npyBytes(`{'descr': '|u1', 'fortran_order': False}`, new Uint8Array(6)),
      'a negative size': npyBytes(dictionary('|u1', '(-2, 3)'), new Uint8Array(6)),
    };
    for (const [what, bytes] of Object.entries(wrong)) {
      const error = await failureOf(() => readNpy(write(bytes)));
      expect(error.code, what).to.equal('DATA');
      expect(error.message, what).to.include(path.join(folder(), 'some.npy')).and.to.include('got');
    }
    expect((await failureOf(() => readNpy(path.join(folder(), 'absent.npy')))).code).to.equal('DATA');
    expect((await failureOf(() => readNpy(folder()))).code).to.equal('DATA');
  });

  it('reads what formatHeader and encode write, its header a multiple of 64 bytes', async () => {
    for (const type of ['bool', 'uint8', 'int32', 'int64', 'float16', 'float32', 'float64'] as const) {
      for (const shape of [[6], [2, 3], [1, 2, 3, 1]]) {
        const header = formatHeader(type, shape);
        expect(header.length % 64).to.equal(0);
        const array = await readNpy(write(Buffer.concat([header, encode([0, 1, 1, 0, 1, 0], type)])));
        expect({ ...array, data: [...array.data] }).to.deep.equal({ type, shape, data: [0, 1, 1, 0, 1, 0] });
      }
    }
  });
});

describe('float16', () => {
  it('has the values of the standard', () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0xc000, -2],
      [0x3a66, 0.7998046875],
      [0x489a, 9.203125],
    ];
    for (const [bits, value] of known) expect(fromFloat16(bits)).to.equal(value);
    expect(Object.is(fromFloat16(0x8000), -0)).to.equal(true);
    expect(Number.isNaN(fromFloat16(0x7c01))).to.equal(true);
  });

  it('goes there and back for every number', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      const value = fromFloat16(bits);
      if (!Number.isNaN(value) && toFloat16(value) !== bits) {
        expect.fail(`${bits.toString(16)} became ${toFloat16(value).toString(16)}`);
      }
    }
    expect(Number.isNaN(fromFloat16(toFloat16(NaN)))).to.equal(true);
  });

  it('rounds to the nearest, ties to even', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [below, above] = [fromFloat16(bits), fromFloat16(bits + 1)];
      const even = bits % 2 === 0 ? bits : bits + 1;
      const middle = (below + above) / 2;
      const nudge = (above - below) / 1024;
      if (toFloat16(middle) !== even || toFloat16(middle - nudge) !== bits || toFloat16(middle + nudge) !== bits + 1) {
        expect.fail(`between ${below} and ${above}`);
      }
    }
    expect([65519.99, 65520, 1e9].map(toFloat16)).to.deep.equal([0x7bff, 0x7c00, 0x7c00]);
  });
});
