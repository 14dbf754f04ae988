import { checkMemory } from '../../run/memory.js';
import type { Split } from './files.js';
import type { WarcraftSplit } from './read.js';
import { TILE } from './tiles.js';
import { breathe, type Watch } from './watch.js';
import { type GeneratedSet, mapDrawer } from './write.js';

type Source = Pick<GeneratedSet, 'size' | 'seed'>;

/**
 * The first `count` maps of a split of a generated set, in memory: what `readWarcraft` reads of the files that
 * `writeWarcraft` writes.
 */
export function generateWarcraft(source: Source, split: Split, count: number): WarcraftSplit {
  const { set, draw } = begin(source, split, count);
  for (let i = 0; i < count; i++) draw(i);
  return set;
}

/** The same, which can be watched and ended. */
export async function generateWatched(
  source: Source,
  split: Split,
  count: number,
  watch: Watch,
): Promise<WarcraftSplit> {
  const { set, draw } = begin(source, split, count);
  for (let i = 0; i < count; i++) {
    await breathe(watch, i, count);
    draw(i);
  }
  watch.progress?.(count, count);
  return set;
}

/** Room for the maps, UNSUPPORTED where there is not so much, and what draws map i into it. */
function begin({ size, seed }: Source, split: Split, count: number): { set: WarcraftSplit; draw: (i: number) => void } {
  const drawn = mapDrawer({ size, seed });
  const cells = size * size;
  const pixels = 3 * cells * TILE * TILE;
  checkMemory(`${count} maps of ${size} x ${size} cells`, count * (pixels + (4 + 1) * cells));
  const arrays = {
    maps: new Uint8Array(count * pixels),
    costs: new Float32Array(count * cells),
    paths: new Uint8Array(count * cells),
  };
  const draw = (i: number): void => {
    const { picture, costs, path } = drawn(split, i);
    arrays.maps.set(picture, i * pixels);
    arrays.costs.set(costs, i * cells);
    arrays.paths.set(path, i * cells);
  };
  return { set: { count, rows: size, columns: size, tile: TILE, ...arrays }, draw };
}
