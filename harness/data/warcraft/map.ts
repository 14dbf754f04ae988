import type { Rng } from '../../../core/random/rng.js';
import { drawPicture } from './picture.js';
import { drawTerrain, terrainCosts, terrains } from './terrain.js';
import { TILE } from './tiles.js';

/** Writes the cells of a shortest path from the first to the last cell, 1 on it and 0 elsewhere, to `path`. */
export type PathSolver = (costs: Float64Array, path: Float64Array) => void;

/** One map of a size x size grid. */
export interface WarcraftMap {
  /** RGB, (8 size) x (8 size) x 3. */
  readonly picture: Uint8Array;
  readonly costs: Float64Array;
  /** 1 on the one shortest path, else 0. */
  readonly path: Float64Array;
}

/** A map whose shortest path is the only one, as labels have to be for an exact match to say something. */
export function drawMap(size: number, solve: PathSolver, rng: Rng): WarcraftMap {
  const terrain = drawTerrain(size, rng.split(0));
  const path = makeUnique(terrain, solve, rng.split(1));
  const picture = new Uint8Array(3 * (size * TILE) ** 2);
  drawPicture(terrain, size, rng.split(2), picture);
  return { picture, costs: costsOf(terrain), path };
}

/**
 * Costs that take five values tie often: as long as there are two shortest paths, a random cell that only one of them
 * uses becomes the terrain next in cost. Costs are multiples of 2^-11, so `TIE_BREAK` on each cell of one path decides
 * between equals alone.
 */
function makeUnique(terrain: Uint8Array, solve: PathSolver, rng: Rng): Float64Array {
  const path = new Float64Array(terrain.length);
  const other = new Float64Array(terrain.length);
  for (;;) {
    const costs = costsOf(terrain);
    solve(costs, path);
    solve(costs.map((cost, cell) => cost + TIE_BREAK * path[cell]), other);
    const contested = [...terrain.keys()].filter((cell) => path[cell] !== other[cell]);
    if (contested.length === 0) return path;
    const cell = contested[rng.integer(contested.length)];
    terrain[cell] = neighbourOf(terrain[cell], rng);
  }
}

const TIE_BREAK = 2 ** -30;

/** The terrain before or after this one in cost. */
function neighbourOf(terrain: number, rng: Rng): number {
  if (terrain === 0) return 1;
  if (terrain === terrains.length - 1) return terrain - 1;
  return terrain + (rng.uniform() < 0.5 ? -1 : 1);
}

function costsOf(terrain: Uint8Array): Float64Array {
  return Float64Array.from(terrain, (kind) => terrainCosts[kind]);
}
