import { LossError } from '../../../core/errors.js';
import { sizeName, type Split as FileSplit } from '../../data/warcraft/files.js';
import { generateWarcraft, generateWatched } from '../../data/warcraft/generate.js';
import { readWarcraft, type WarcraftSplit } from '../../data/warcraft/read.js';
import type { Watch } from '../../data/warcraft/watch.js';
import { dataDigest } from '../data-digest.js';
import type { OpenTask, Split } from '../task.js';
import { poolPictures } from './pictures.js';
import type { WarcraftParams } from './params.js';

export interface Maps extends Pick<Required<OpenTask>, 'source' | 'digests'> {
  readonly train: WarcraftSplit;
  heldOut(split: Split): WarcraftSplit;
  /** As `OpenTask.prepare`. */
  prepare(split: Split): Promise<void>;
}

/** The maps of a folder, or without one those that are drawn: held-out ones when they are first asked for. DATA. */
export async function openMaps(params: WarcraftParams, folder: string | undefined, watch: Watch = {}): Promise<Maps> {
  return folder === undefined ? drawMaps(params, watch) : readMaps(params, folder, watch);
}

async function readMaps(params: WarcraftParams, folder: string, { signal }: Watch): Promise<Maps> {
  const digests: Record<string, string> = {};
  const read = async (split: Split | 'train', file: FileSplit, count: number): Promise<WarcraftSplit> => {
    const all = await readWarcraft(folder, file, { size: params.size });
    signal?.throwIfAborted();
    const maps = firstMaps(all, count, `${file} maps in ${folder}`);
    digests[split] = digestOf(maps);
    return poolPictures(maps, params.pool);
  };
  const train = await read('train', 'train', params.train);
  const validation = await read('validation', 'val', params.validation);
  const heldOut = { validation, test: await read('test', 'test', params.test) };
  const source = `Warcraft maps of ${sizeName(params.size)} in ${folder}`;
  return { source, digests, train, heldOut: (split) => heldOut[split], prepare: () => Promise.resolve() };
}

async function drawMaps({ size, mapSeed, train, validation, test, pool }: WarcraftParams, watch: Watch): Promise<Maps> {
  const set = { size, seed: mapSeed };
  const heldOut: Record<Split, [FileSplit, number]> = { validation: ['val', validation], test: ['test', test] };
  const learned = await generateWatched(set, 'train', train, watch);
  const drawn: Partial<Record<Split, WarcraftSplit>> = {};
  return {
    source: `generated maps of ${sizeName(size)}, seed ${mapSeed}`,
    digests: { train: digestOf(learned) },
    train: poolPictures(learned, pool),
    heldOut: (split) => (drawn[split] ??= poolPictures(generateWarcraft(set, ...heldOut[split]), pool)),
    async prepare(split) {
      drawn[split] ??= poolPictures(await generateWatched(set, ...heldOut[split], watch), pool);
    },
  };
}

function digestOf({ count, rows, columns, tile, maps, costs, paths }: WarcraftSplit): string {
  return dataDigest([count, rows, columns, tile], maps, costs, paths);
}

/** DATA where there are fewer. */
function firstMaps(all: WarcraftSplit, count: number, what: string): WarcraftSplit {
  if (all.count < count) {
    throw new LossError(
      'DATA',
      `warcraft: expected ${count} ${what}, got ${all.count}; ask for fewer by --set task.train=${all.count} (validation, test likewise)`,
    );
  }
  const cells = all.rows * all.columns;
  return {
    ...all,
    count,
    maps: all.maps.subarray(0, 3 * count * cells * all.tile ** 2),
    costs: all.costs.subarray(0, count * cells),
    paths: all.paths.subarray(0, count * cells),
  };
}
