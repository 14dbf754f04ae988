import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LossError } from '../../../core/errors.js';

export const splits = ['train', 'val', 'test'] as const;
export type Split = (typeof splits)[number];

export const contents = ['maps', 'vertex_weights', 'shortest_paths'] as const;
export type Content = (typeof contents)[number];

/** Name of the folder that the official archive unpacks to, with a folder for each size in it. */
const OFFICIAL_ROOT = 'warcraft_shortest_path_oneskin';

export function fileName(split: Split, content: Content, part?: number): string {
  return `${split}_${content}${part === undefined ? '' : `_part${part}`}.npy`;
}

/** `12x12`, as the folder of a size is called. */
export function sizeName(size: number): string {
  return `${size}x${size}`;
}

/**
 * The first of `folder` itself, its subfolder of this size, and that of the official root in it, that holds any of the
 * set's files; whoever reads them finds out what is missing. DATA where none of the three does.
 */
export function findFolder(folder: string, size: number): string {
  const tried = places(folder, size);
  const found = tried.find(hasFiles);
  if (found !== undefined) return found;
  throw new LossError(
    'DATA',
    `expected ${fileName('train', 'maps')} and the other files of Warcraft in one of ${
      tried.join(', ')
    }; got none of them: download the official ` +
      'archive (docs/warcraft.md), write a set by `newton-losses generate warcraft --out DIR`, or train without --data, where maps are drawn',
  );
}

function places(folder: string, size: number): string[] {
  return [folder, path.join(folder, sizeName(size)), path.join(folder, OFFICIAL_ROOT, sizeName(size))];
}

function hasFiles(place: string): boolean {
  return splits.some((split) => contents.some((content) => partsOf(place, split, content).length > 0));
}

/**
 * The sizes of which `findFolder` finds files: those that folders are called by, or the one of the folder itself, 12
 * where its name says none.
 */
export function findSizes(folder: string): number[] {
  if (hasFiles(folder)) return [sizeOf(path.basename(path.resolve(folder))) ?? 12];
  const named = [folder, path.join(folder, OFFICIAL_ROOT)].flatMap((
    place,
  ) => (existsSync(place) ? readdirSync(place) : []));
  const sizes = named.flatMap((name) => sizeOf(name) ?? []).sort((a, b) => a - b);
  return [...new Set(sizes)].filter((size) => places(folder, size).some(hasFiles));
}

/** 12 for `12x12`. */
function sizeOf(name: string): number | undefined {
  const size = /^(\d+)x\1$/.exec(name)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** The files that hold a content: one, or `_part0`, `_part1`, ... as far as they go; empty where there is none. */
export function partsOf(folder: string, split: Split, content: Content): string[] {
  const whole = path.join(folder, fileName(split, content));
  if (existsSync(whole)) return [whole];
  const parts: string[] = [];
  for (;;) {
    const next = path.join(folder, fileName(split, content, parts.length));
    if (!existsSync(next)) return parts;
    parts.push(next);
  }
}

/** MD5 of the official files of 12 x 12, from the loader of a third party: the publishers give the archive's alone. */
const checksums: Readonly<Record<string, string>> = {
  'train_maps.npy': 'c31760c5fbd9d034b6e21a6612895e69',
  'train_vertex_weights.npy': '761cc8098730504335efdefec3b221a6',
  'train_shortest_paths.npy': '1483015985796f3bf9f3e5e00cb8e855',
  'val_maps.npy': 'cfe9288a537d46be48c0c287885f8405',
  'val_vertex_weights.npy': '452753f9d8b31ac03bbd532953974072',
  'val_shortest_paths.npy': '95e81a2a3263d6520fa5f07a8701c74a',
  'test_maps.npy': 'a5c50ae11e4bd01cb1a2cd76e5849b22',
  'test_vertex_weights.npy': '071dbcf2aa9d98fc255abdcb780151b1',
  'test_shortest_paths.npy': 'deae60b10d932e2a37271df4b44e295d',
};

/** DATA where a file differs from the official one of 12 x 12 by its MD5 sum, or `known` has none for its name. */
export async function verifyOfficial(file: string, known: Readonly<Record<string, string>> = checksums): Promise<void> {
  const name = path.basename(file);
  const expected = known[name];
  if (expected === undefined) {
    throw new LossError(
      'DATA',
      `${file}: expected a file of the official 12 x 12 set, whose checksums are known, got ${name}`,
    );
  }
  const hash = createHash('md5');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    throw new LossError('DATA', `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  const got = hash.digest('hex');
  if (got !== expected) throw new LossError('DATA', `${file}: expected the official file, MD5 ${expected}, got ${got}`);
}
