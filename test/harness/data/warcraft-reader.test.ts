import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { formatHeader, type NpyType } from '../../../harness/data/npy-header.js';
import { encode } from '../../../harness/data/npy.js';
import { verifyOfficial } from '../../../harness/data/warcraft/files.js';
import { readWarcraft } from '../../../harness/data/warcraft/read.js';
import { failureOf, temporaryFolder } from '../helpers.js';

const SIZE = 3;
const shapes: Readonly<Record<string, [NpyType, number[]]>> = {
  maps: ['uint8', [8 * SIZE, 8 * SIZE, 3]],
  vertex_weights: ['float16', [SIZE, SIZE]],
  shortest_paths: ['uint8', [SIZE, SIZE]],
};
const perMap = (content: string): number => shapes[content][1].reduce((a, b) => a * b);

/** What the small set holds, by index of the entry. */
const entries: Readonly<Record<string, (i: number) => number>> = {
  maps: (i) => i % 251,
  vertex_weights: (i) => 0.5 + (i % 7),
  shortest_paths: (i) => Number((i % 9) % 4 === 0),
};

const npy = (type: NpyType, shape: number[], values: number[]): Buffer =>
  Buffer.concat([formatHeader(type, shape), encode(values, type)]);

/** Maps `from` to `to` of a content, as a file. */
function bytes(content: string, from: number, to: number): Buffer {
  const [type, shape] = shapes[content];
  const size = perMap(content);
  return npy(
    type,
    [to - from, ...shape],
    Array.from({ length: (to - from) * size }, (_, i) => entries[content](from * size + i)),
  );
}

function writeSet(folder: string, split = 'train', count = 5): void {
  mkdirSync(folder, { recursive: true });
  for (const content of Object.keys(shapes)) {
    writeFileSync(path.join(folder, `${split}_${content}.npy`), bytes(content, 0, count));
  }
}

describe('readWarcraft', () => {
  const folder = temporaryFolder();
  const read = (where = folder(), options: object = {}): ReturnType<typeof readWarcraft> =>
    readWarcraft(where, 'train', { size: SIZE, ...options });

  it('reads maps, costs and paths of a split', async () => {
    writeSet(folder());
    const { maps, costs, paths, ...sizes } = await read();
    expect(sizes).to.deep.equal({ count: 5, rows: SIZE, columns: SIZE, tile: 8 });
    expect([maps, costs, paths].map(({ length }) => length)).to.deep.equal([5 * 576 * 3, 45, 45]);
    expect([...costs]).to.deep.equal(Array.from({ length: 45 }, (_, i) => entries['vertex_weights'](i)));
    expect([...paths]).to.deep.equal(Array.from({ length: 45 }, (_, i) => entries['shortest_paths'](i)));
    expect(maps.every((value, i) => value === i % 251)).to.equal(true);
  });

  it('finds the folder of the size from the folders above it', async () => {
    for (const place of ['3x3', path.join('warcraft_shortest_path_oneskin', '3x3')]) {
      writeSet(path.join(folder(), place));
      expect((await read()).count).to.equal(5);
      rmSync(path.join(folder(), place), { recursive: true });
    }
    expect((await failureOf(() => read())).code).to.equal('DATA');
  });

  it('joins parts', async () => {
    writeSet(folder());
    const whole = await read();
    for (const content of Object.keys(shapes)) {
      rmSync(path.join(folder(), `train_${content}.npy`));
      [0, 2, 3].forEach((from, part, starts) =>
        writeFileSync(
          path.join(folder(), `train_${content}_part${part}.npy`),
          bytes(content, from, starts[part + 1] ?? 5),
        )
      );
    }
    expect(await read()).to.deep.equal(whole);
  });

  it('takes labels of any type that are 0 and 1', async () => {
    writeSet(folder());
    for (const type of ['bool', 'int64', 'float32'] as const) {
      writeFileSync(
        path.join(folder(), 'train_shortest_paths.npy'),
        npy(type, [5, SIZE, SIZE], Array.from({ length: 45 }, (_, i) => entries['shortest_paths'](i))),
      );
      expect([...(await read()).paths.subarray(0, 3)]).to.deep.equal([1, 0, 0]);
    }
  });

  it('refuses what is missing or does not fit, naming the file', async () => {
    const cells = (value: number): number[] => [...new Array<number>(44).fill(1), value];
    const without = (cell: number): Buffer => {
      const labels = Array.from({ length: 45 }, (_, i) => (i === 2 * 9 + cell ? 0 : entries['shortest_paths'](i)));
      return npy('uint8', [5, SIZE, SIZE], labels);
    };
    const wrong: [string, Buffer | undefined][] = [
      ['maps', undefined],
      ['maps', bytes('maps', 0, 4)],
      ['maps', bytes('maps', 0, 5).subarray(0, -1)],
      ['maps', npy('uint8', [5, 24, 27, 3], new Array<number>(5 * 24 * 27 * 3).fill(0))],
      ['maps', npy('uint8', [5, 25, 25, 3], new Array<number>(5 * 25 * 25 * 3).fill(0))],
      ['maps', npy('uint8', [5, 24, 24, 4], new Array<number>(5 * 24 * 24 * 4).fill(0))],
      ['maps', npy('float32', [5, 24, 24, 3], new Array<number>(5 * 24 * 24 * 3).fill(0))],
      ['vertex_weights', undefined],
      ['vertex_weights', npy('float16', [5, 9], cells(1))],
      ['vertex_weights', npy('float16', [0, SIZE, SIZE], [])],
      ...[0, -1, NaN, Infinity].map((
        cost,
      ): [string, Buffer] => ['vertex_weights', npy('float16', [5, SIZE, SIZE], cells(cost))]),
      ['shortest_paths', bytes('shortest_paths', 0, 4)],
      ['shortest_paths', npy('uint8', [5, SIZE, SIZE], cells(2))],
      ['shortest_paths', npy('float32', [5, SIZE, SIZE], cells(0.5))],
      [
        'shortest_paths',
        npy('uint8', [5, SIZE, SIZE], Array.from({ length: 45 }, (_, i) => Number(Math.floor(i / 9) !== 2))),
      ],
      ...[0, 4, 8].map((cell): [string, Buffer] => ['shortest_paths', without(cell)]),
    ];
    for (const [k, [content, replacement]] of wrong.entries()) {
      writeSet(folder());
      const file = path.join(folder(), `train_${content}.npy`);
      if (replacement) writeFileSync(file, replacement);
      else rmSync(file);
      const error = await failureOf(() => read());
      expect(error.code, `case ${k}`).to.equal('DATA');
      expect(error.message, `case ${k}`).to.include(`train_${content}.npy`);
    }
    writeSet(folder());
    expect((await failureOf(() => read(folder(), { size: 4 }))).code).to.equal('DATA');
    expect((await failureOf(() => readWarcraft(folder(), 'val', { size: SIZE }))).code).to.equal('DATA');
  });

  it('tells files that are not the official ones when asked to verify', async () => {
    writeSet(folder());
    const error = await failureOf(() => read(folder(), { verify: true }));
    expect(error.code).to.equal('DATA');
    expect(error.message).to.include('c31760c5fbd9d034b6e21a6612895e69').and.to.include('train_maps.npy');
    for (const content of Object.keys(shapes)) {
      renameSync(path.join(folder(), `train_${content}.npy`), path.join(folder(), `train_${content}_part0.npy`));
    }
    expect((await failureOf(() => read(folder(), { verify: true }))).code).to.equal('DATA');
  });

  it('accepts a file of the right checksum', async () => {
    const [file, known] = [path.join(folder(), 'abc.npy'), { 'abc.npy': '900150983cd24fb0d6963f7d28e17f72' }]; // of RFC 1321
    writeFileSync(file, 'abc');
    await verifyOfficial(file, known);
    writeFileSync(file, 'abd');
    expect((await failureOf(() => verifyOfficial(file, known))).code).to.equal('DATA');
    rmSync(file);
    expect((await failureOf(() => verifyOfficial(file, known))).code).to.equal('DATA');
  });
});
