import { LossError } from '../../../core/errors.js';
import { sizeName, type Split as FileSplit } from '../../data/warcraft/files.js';
import { generateWarcraft } from '../../data/warcraft/generate.js';
import { readWarcraft, type WarcraftSplit } from '../../data/warcraft/read.js';
import { type Split } from '../task.js';
import { poolPictures } from './pictures.js';
import { type WarcraftParams } from './warcraft.js';

export interface Maps {
  /** As `OpenTask.source`. */
  readonly source: string;
  readonly train: WarcraftSplit;
  heldOut(split: Split): WarcraftSplit;
}

/** The maps of a folder, or without one those that are drawn: held-out ones when they are first asked for. DATA. */
export async function openMaps(params: WarcraftParams, folder: string | undefined): Promise<Maps> {
  if (folder === undefined) return drawMaps(params);
  const read = async (split: FileSplit, count: number): Promise<WarcraftSplit> => {
    const all = await readWarcraft(folder, split, { size: params.size });
    return poolPictures(firstMaps(all, count, `${split} maps in ${folder}`), params.pool);
  };
  const train = await read('train', params.train);
  const heldOut = { validation: await read('val', params.validation), test: await read('test', params.test) };
  return { source: `Warcraft maps of ${sizeName(params.size)} in ${folder}`, train, heldOut: (split) => heldOut[split] };
}

function drawMaps({ size, mapSeed, train, validation, test, pool }: WarcraftParams): Maps {
  const draw = (split: FileSplit, count: number): WarcraftSplit => poolPictures(generateWarcraft({ size, seed: mapSeed }, split, count), pool);
  const drawn: Partial<Record<Split, WarcraftSplit>> = {};
  return {
    source: `generated maps of ${sizeName(size)}, seed ${mapSeed}`,
    train: draw('train', train),
    heldOut: (split) => (drawn[split] ??= split === 'test' ? draw('test', test) : draw('val', validation)),
  };
}

/** DATA where there are fewer. */
function firstMaps(all: WarcraftSplit, count: number, what: string): WarcraftSplit {
  if (all.count < count) {
    throw new LossError('DATA', `warcraft: expected ${count} ${what}, got ${all.count}; ask for fewer by --set task.train=${all.count} (validation, test likewise)`);
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
