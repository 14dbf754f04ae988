import { type Split } from './files.js';
import { type WarcraftSplit } from './read.js';
import { TILE } from './tiles.js';
import { mapDrawer } from './write.js';

/** The first `count` maps of a split of a generated set, in memory: what `readWarcraft` reads of the files that `writeWarcraft` writes. */
export function generateWarcraft({ size, seed }: { readonly size: number; readonly seed: number }, split: Split, count: number): WarcraftSplit {
  const draw = mapDrawer({ size, seed });
  const cells = size * size;
  const pixels = 3 * cells * TILE * TILE;
  const set = { maps: new Uint8Array(count * pixels), costs: new Float32Array(count * cells), paths: new Uint8Array(count * cells) };
  for (let i = 0; i < count; i++) {
    const { picture, costs, path } = draw(split, i);
    set.maps.set(picture, i * pixels);
    set.costs.set(costs, i * cells);
    set.paths.set(path, i * cells);
  }
  return { count, rows: size, columns: size, tile: TILE, ...set };
}
