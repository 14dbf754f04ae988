import * as fs from 'node:fs';
import path from 'node:path';
import gridShortestPath from '../../../core/algorithms/grid-shortest-path.js';
import { LossError } from '../../../core/errors.js';
import { createRng } from '../../../core/random/rng.js';
import { type AtomicFile, beginFile, type FileSystem, temporaryOf } from '../../files/atomic-file.js';
import { lockFolder } from '../../files/lock.js';
import { checkMemory } from '../../run/memory.js';
import { encode } from '../npy.js';
import { formatHeader, type NpyType } from '../npy-header.js';
import { type Content, contents, fileName, partsOf, sizeName, type Split, splits } from './files.js';
import { drawMap, type WarcraftMap } from './map.js';
import { TILE } from './tiles.js';
import { breathe, type Watch } from './watch.js';

export interface GeneratedSet {
  /** Rows and columns of each grid. */
  readonly size: number;
  /** Maps of each split. */
  readonly counts: Readonly<Record<Split, number>>;
  readonly seed: number;
}

export interface WriteOptions extends Watch {
  readonly disk?: FileSystem;
}

/** Of a cell in the making: its pixels, a dozen numbers for the shortest path, and its terrain. */
const CELL_BYTES = 3 * TILE * TILE + 12 * 8;

/** Draws map i of a split: a function of the seed, whatever else is drawn. UNSUPPORTED for maps larger than memory. */
export function mapDrawer(
  { size, seed }: Pick<GeneratedSet, 'size' | 'seed'>,
): (split: Split, i: number) => WarcraftMap {
  checkMemory(`a map of ${size} x ${size} cells`, CELL_BYTES * size * size);
  const solver = gridShortestPath.create({
    rows: size,
    columns: size,
    neighbours: 8,
    source: [0, 0],
    target: [-1, -1],
    negative: 'error',
  });
  const streams = createRng(seed);
  return (split, i) =>
    drawMap(size, (costs, path) => solver.solve(costs, path), streams.split(splits.indexOf(split)).split(i));
}

/**
 * Writes a generated set to `out`/12x12 (as its size is) in the official layout and returns that folder. Maps are
 * written one by one; the files get their names together when all are whole. DATA, and no file, where the folder has
 * such files already, another process is writing some, or writing fails.
 */
export async function writeWarcraft(out: string, set: GeneratedSet, options: WriteOptions = {}): Promise<string> {
  const folder = path.join(out, sizeName(set.size));
  try {
    fs.mkdirSync(folder, { recursive: true });
    const unlock = lockFolder(folder, 'DATA');
    try {
      requireNone(folder);
      removeLeftOver(folder);
      await writeFiles(folder, set, options);
    } finally {
      unlock();
    }
  } catch (cause) {
    if (options.signal?.aborted || !isSystemError(cause)) throw cause;
    throw new LossError('DATA', `cannot write the maps to ${folder}: ${cause.message}`, { cause });
  }
  return folder;
}

/** DATA where the folder has files of a set. */
function requireNone(folder: string): void {
  for (const [split, content] of files()) {
    const [taken] = partsOf(folder, split, content);
    if (taken !== undefined) {
      throw new LossError('DATA', `${taken} exists already; nothing is overwritten, give another folder by --out`);
    }
  }
}

/** Removes what a process that was killed has begun. */
function removeLeftOver(folder: string): void {
  const names = files().map(([split, content]) => fileName(split, content));
  const leftOver = fs.readdirSync(folder).filter((name) => names.includes(temporaryOf(name) ?? ''));
  for (const name of leftOver) fs.rmSync(path.join(folder, name));
}

async function writeFiles(folder: string, set: GeneratedSet, options: WriteOptions): Promise<void> {
  const { disk = fs } = options;
  const begun = new Map<string, AtomicFile>();
  const named: string[] = [];
  try {
    for (const [split, content] of files()) {
      const file = beginFile(path.join(folder, fileName(split, content)), { disk, exclusive: true });
      begun.set(fileName(split, content), file);
      file.append(formatHeader(types[content], shapeOf(content, set.counts[split], set.size)));
    }
    const append: Append = (split, content, values) => {
      begun.get(fileName(split, content))!.append(encode(values, types[content]));
    };
    await writeMaps(set, append, options);
    for (const [name, file] of begun) {
      file.commit();
      named.push(name);
    }
  } catch (error) {
    for (const file of begun.values()) file.discard();
    for (const name of named) disk.rmSync(path.join(folder, name), { force: true });
    throw error;
  }
}

type Append = (split: Split, content: Content, values: ArrayLike<number>) => void;

const types: Readonly<Record<Content, NpyType>> = { maps: 'uint8', vertex_weights: 'float16', shortest_paths: 'uint8' };

function files(): [Split, Content][] {
  return splits.flatMap((split) => contents.map((content): [Split, Content] => [split, content]));
}

function shapeOf(content: Content, count: number, size: number): number[] {
  return content === 'maps' ? [count, size * TILE, size * TILE, 3] : [count, size, size];
}

async function writeMaps(set: GeneratedSet, append: Append, watch: Watch): Promise<void> {
  const total = splits.reduce((sum, split) => sum + set.counts[split], 0);
  const draw = mapDrawer(set);
  let done = 0;
  for (const split of splits) {
    for (let i = 0; i < set.counts[split]; i++) {
      await breathe(watch, done, total);
      const { picture, costs, path: cells } = draw(split, i);
      append(split, 'maps', picture);
      append(split, 'vertex_weights', costs);
      append(split, 'shortest_paths', cells);
      done++;
    }
  }
  watch.progress?.(done, total);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof LossError) && 'code' in error;
}
