import * as fs from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import type { Split } from '../../../harness/data/warcraft/files.js';
import type { WarcraftMap } from '../../../harness/data/warcraft/map.js';
import { readWarcraft } from '../../../harness/data/warcraft/read.js';
import { drawSheet } from '../../../harness/data/warcraft/sheet.js';
import { mapDrawer, writeWarcraft } from '../../../harness/data/warcraft/write.js';
import { isPath } from '../../../harness/data/warcraft/path.js';
import { failureOf, temporaryFolder } from '../helpers.js';

const SIZE = 12;
const CELLS = SIZE * SIZE;
/** The official costs, 0.8, 1.2, 5.3, 7.7 and 9.2, as float16. */
const COSTS = [0.7998046875, 1.2001953125, 5.30078125, 7.69921875, 9.203125];

const set = { size: SIZE, counts: { train: 5, val: 2, test: 3 }, seed: 7 };
const files = (folder: string): string[] => fs.readdirSync(folder).sort();

function drawn(count: number, size = SIZE, seed = 0): WarcraftMap[] {
  const draw = mapDrawer({ size, seed });
  return Array.from({ length: count }, (_, i) => draw('train', i));
}

function neighboursOf(v: number, size: number): number[] {
  const around = [-1, 0, 1].flatMap((down) =>
    [-1, 0, 1].map((right) => [Math.floor(v / size) + down, (v % size) + right] as const)
  );
  return around.filter(([r, c]) => r >= 0 && r < size && c >= 0 && c < size).map(([r, c]) => r * size + c).filter((u) =>
    u !== v
  );
}

/**
 * Least cost from corner to corner and how many paths have it, by relaxation until nothing changes and counting in
 * order of distance.
 */
function shortestPaths(costs: ArrayLike<number>, size: number): { cost: number; count: number } {
  const cells = Array.from({ length: size * size }, (_, v) => v);
  const distance = cells.map((v) => (v === 0 ? costs[0] : Infinity));
  for (let changed = true; changed;) {
    changed = false;
    for (const v of cells.slice(1)) {
      const least = costs[v] + Math.min(...neighboursOf(v, size).map((u) => distance[u]));
      if (least < distance[v]) [distance[v], changed] = [least, true];
    }
  }
  const count = cells.map((v) => Number(v === 0));
  for (const v of [...cells.slice(1)].sort((a, b) => distance[a] - distance[b])) {
    for (const u of neighboursOf(v, size)) if (distance[u] + costs[v] === distance[v]) count[v] += count[u];
  }
  return { cost: distance.at(-1)!, count: count.at(-1)! };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

describe('generated Warcraft maps', () => {
  const maps = drawn(60);

  it('have the one shortest path as label, at any size', () => {
    for (const [size, some] of [[SIZE, maps.slice(0, 20)], [2, drawn(5, 2)], [21, drawn(3, 21)]] as const) {
      for (const { costs, path: label } of some) {
        const { cost, count } = shortestPaths(costs, size);
        expect(count).to.equal(1);
        expect(sum([...costs.keys()].map((v) => costs[v] * label[v]))).to.equal(cost);
        expect(isPath(label, 0, size, size)).to.equal(true);
      }
    }
  });

  it('show all five terrains, each on a tenth of the land at least', () => {
    for (const cost of COSTS) {
      expect(mean(maps.map(({ costs }) => costs.filter((c) => c === cost).length / CELLS))).to.be.within(0.1, 0.35);
    }
    expect(maps.every(({ costs }) => costs.every((cost) => COSTS.includes(cost)))).to.equal(true);
  });

  it('have regions: neighbours share a terrain at least twice as often as cells of different maps', () => {
    const beside = mean(
      maps.map(({ costs }) =>
        mean(Array.from({ length: CELLS - SIZE }, (_, v) => Number(costs[v] === costs[v + SIZE])))
      ),
    );
    const apart = mean(
      maps.slice(1).map(({ costs }, i) => mean(Array.from(costs, (cost, v) => Number(cost === maps[i].costs[v])))),
    );
    expect(beside).to.be.greaterThan(2 * apart);
  });

  it('have paths that wind: a diagonal is rare, and the mean is longer by a fifth', () => {
    const lengths = maps.map(({ path: label }) => sum([...label]));
    expect(mean(lengths)).to.be.within(1.2 * SIZE, 2 * SIZE);
    expect(lengths.filter((length) => length === SIZE).length).to.be.lessThan(0.1 * maps.length);
  });

  it('can be told from their pictures: the mean colour of a tile gives the terrain of nearly all cells, and no two tiles are alike', () => {
    const tiles = maps.flatMap(({ picture, costs }) =>
      Array.from(costs, (cost, v) => ({ cost, colour: tileColour(picture, v) }))
    );
    const centres = COSTS.map((cost) =>
      [0, 1, 2].map((k) => mean(tiles.filter((tile) => tile.cost === cost).map(({ colour }) => colour[k])))
    );
    const distance = (a: number[], b: number[]): number => Math.hypot(...a.map((value, k) => value - b[k]));
    const guessed = tiles.map(({ colour }) =>
      COSTS[
        centres.map((centre) => distance(centre, colour)).reduce((best, d, k, all) => (d < all[best] ? k : best), 0)
      ]
    );
    expect(mean(tiles.map(({ cost }, i) => Number(cost === guessed[i])))).to.be.greaterThan(0.95);
    const pictures = maps.flatMap(({ picture, costs }) => Array.from(costs, (_, v) => tilePixels(picture, v).join()));
    expect(new Set(pictures).size).to.equal(pictures.length);
  });

  it('depend on seed, split and index alone', () => {
    const draw = mapDrawer({ size: SIZE, seed: 0 });
    expect(draw('train', 3)).to.deep.equal(maps[3]);
    const others = [draw('val', 3), draw('test', 3), drawn(4, SIZE, 1)[3], maps[4]];
    for (const other of others) expect(other.costs).not.to.deep.equal(maps[3].costs);
  });
});

/** The bytes of the tile of cell v. */
function tilePixels(picture: Uint8Array, v: number): number[] {
  const start = 3 * 8 * (Math.floor(v / SIZE) * 8 * SIZE + (v % SIZE));
  return Array.from({ length: 8 * 24 }, (_, i) => picture[start + Math.floor(i / 24) * 3 * 8 * SIZE + (i % 24)]);
}

function tileColour(picture: Uint8Array, v: number): number[] {
  return [0, 1, 2].map((k) => mean(tilePixels(picture, v).filter((_, i) => i % 3 === k)));
}

describe('writeWarcraft', () => {
  const folder = temporaryFolder();

  it('writes what the reader reads, in the official types', async () => {
    const place = await writeWarcraft(folder(), set);
    expect(place).to.equal(path.join(folder(), '12x12'));
    const draw = mapDrawer(set);
    for (const [split, count] of Object.entries(set.counts) as [Split, number][]) {
      const { maps, costs, paths, ...sizes } = await readWarcraft(folder(), split);
      expect(sizes).to.deep.equal({ count, rows: SIZE, columns: SIZE, tile: 8 });
      const last = draw(split, count - 1);
      expect(Buffer.compare(maps.subarray(-last.picture.length), last.picture)).to.equal(0);
      expect([...costs.subarray(-CELLS)]).to.deep.equal([...last.costs]);
      expect([...paths.subarray(-CELLS)]).to.deep.equal([...last.path]);
    }
    const header = (name: string): string => fs.readFileSync(path.join(place, name)).toString('latin1', 10, 128);
    expect(header('train_maps.npy')).to.include(`'descr': '|u1', 'fortran_order': False, 'shape': (5, 96, 96, 3)`);
    expect(header('val_vertex_weights.npy')).to.include(`'descr': '<f2', 'fortran_order': False, 'shape': (2, 12, 12)`);
    expect(header('test_shortest_paths.npy')).to.include(
      `'descr': '|u1', 'fortran_order': False, 'shape': (3, 12, 12)`,
    );
  });

  it('gives the same bytes for the same seed, whatever the counts', async () => {
    const [a, b] = [
      await writeWarcraft(path.join(folder(), 'a'), set),
      await writeWarcraft(path.join(folder(), 'b'), set),
    ];
    const c = await writeWarcraft(path.join(folder(), 'c'), { ...set, counts: { train: 2, val: 2, test: 3 } });
    for (const name of files(a)) {
      expect(Buffer.compare(fs.readFileSync(path.join(a, name)), fs.readFileSync(path.join(b, name))), name).to.equal(
        0,
      );
    }
    for (const name of files(a).slice(0, 3)) {
      expect(Buffer.compare(fs.readFileSync(path.join(a, name)), fs.readFileSync(path.join(c, name))), name).to.equal(
        0,
      );
    }
  });

  it('overwrites nothing, parts of the official set neither', async () => {
    const place = path.join(folder(), '12x12');
    fs.mkdirSync(place);
    for (const name of ['val_maps.npy', 'train_maps_part0.npy']) {
      fs.writeFileSync(path.join(place, name), 'precious');
      expect((await failureOf(() => writeWarcraft(folder(), set))).code).to.equal('DATA');
      expect(files(place)).to.deep.equal([name]);
      expect(fs.readFileSync(path.join(place, name), 'utf8')).to.equal('precious');
      fs.rmSync(path.join(place, name));
    }
  });

  it('is done by one of two at once, whose set is whole; the other hears of it', async () => {
    const both = path.join(folder(), 'both');
    const first = writeWarcraft(both, set);
    expect((await failureOf(() => writeWarcraft(both, { ...set, seed: set.seed + 1 }))).code).to.equal('DATA');
    const [place, alone] = [await first, await writeWarcraft(path.join(folder(), 'alone'), set)];
    expect(files(place)).to.deep.equal(files(alone));
    const content = (where: string, name: string): Buffer => fs.readFileSync(path.join(where, name));
    for (const name of files(place)) expect(content(place, name).equals(content(alone, name)), name).to.equal(true);
  });

  it('replaces no file that came while it worked, and leaves it alone', async () => {
    const late = path.join(folder(), '12x12', 'val_maps.npy');
    const progress = (): void => fs.writeFileSync(late, 'precious');
    expect((await failureOf(() => writeWarcraft(folder(), set, { progress }))).code).to.equal('DATA');
    expect(files(path.join(folder(), '12x12'))).to.deep.equal(['val_maps.npy']);
    expect(fs.readFileSync(late, 'utf8')).to.equal('precious');
  });

  it('removes what one that was killed has left, and nothing of the user', async () => {
    const place = path.join(folder(), '12x12');
    fs.mkdirSync(place);
    for (const name of ['train_maps.npy.17.0123456789ab.tmp', 'mine.tmp']) fs.writeFileSync(path.join(place, name), '');
    fs.writeFileSync(path.join(place, 'lock'), '999999999');
    await writeWarcraft(folder(), set);
    expect(files(place)).to.have.lengthOf(10).and.to.include('mine.tmp');
  });

  it('leaves no file behind when the disk fills up at any call', async () => {
    for (const call of ['openSync', 'writeSync', 'fsyncSync', 'linkSync'] as const) {
      for (const allowed of [0, 4]) {
        let calls = 0;
        const real = fs[call] as (...values: unknown[]) => unknown;
        const failing = (...values: unknown[]): unknown => {
          if (calls++ < allowed) return real(...values);
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        };
        const error = await failureOf(() => writeWarcraft(folder(), set, { disk: { ...fs, [call]: failing } }));
        expect(error.code, call).to.equal('DATA');
        expect(files(path.join(folder(), '12x12')), call).to.deep.equal([]);
      }
    }
  });

  it('leaves no file behind when it is stopped', async () => {
    const stop = new AbortController();
    const progress = (done: number): void => {
      if (done > 0) stop.abort();
    };
    const many = { ...set, counts: { train: 40, val: 1, test: 1 } };
    const outcome = await writeWarcraft(folder(), many, { signal: stop.signal, progress }).then(
      () => 'written',
      (error: Error) => error.name,
    );
    expect(outcome).to.equal('AbortError');
    expect(files(path.join(folder(), '12x12'))).to.deep.equal([]);
  });
});

/** RGB of a PNG file of one IDAT chunk, each row the differences from the pixel to the left. */
function pixelsOf(png: Buffer): Buffer {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const out = Buffer.alloc(3 * width * height);
  for (let i = 0; i < out.length; i++) {
    const [row, column] = [Math.floor(i / (3 * width)), i % (3 * width)];
    if (rows[row * (3 * width + 1)] !== 1) throw new Error(`row ${row} has another filter`);
    out[i] = rows[row * (3 * width + 1) + 1 + column] + (column < 3 ? 0 : out[i - 3]);
  }
  return out;
}

describe('drawSheet', () => {
  it('has a column a map, with its picture as PNG, all cells and the whole path', () => {
    const maps = drawn(2);
    const svg = drawSheet(maps, SIZE);
    expect(svg.match(/<image /g)).to.have.length(2);
    const pictures = [...svg.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, base64]) =>
      pixelsOf(Buffer.from(base64, 'base64'))
    );
    expect(pictures.map(({ length }) => length)).to.deep.equal([96 * 96 * 3, 96 * 96 * 3]);
    pictures.forEach((picture, k) => expect(Buffer.compare(picture, maps[k].picture)).to.equal(0));
    expect(svg.match(/h1v1h-1z/g)).to.have.length(2 * CELLS);
    const lines = [...svg.matchAll(/points="([^"]*)" stroke="#000"/g)].map(([, points]) => points.split(' '));
    expect(lines.map(({ length }) => length)).to.deep.equal(maps.map(({ path: label }) => sum([...label])));
    for (const line of lines) expect([line[0], line.at(-1)]).to.deep.equal(['0.5,0.5', '11.5,11.5']);
  });
});
