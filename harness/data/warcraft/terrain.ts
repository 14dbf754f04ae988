import type { Rng } from '../../../core/random/rng.js';
import { fromFloat16, toFloat16 } from '../float16.js';

/**
 * The terrains in order of their cost; which name goes with which of the official costs is ours, the files say costs
 * only.
 */
export const terrains = ['earth', 'grass', 'forest', 'rock', 'water'] as const;
const [EARTH, GRASS, FOREST, ROCK, WATER] = [0, 1, 2, 3, 4];

/** The cost of entering a cell of each terrain: the official 0.8, 1.2, 5.3, 7.7 and 9.2, as float16 has them. */
export const terrainCosts: readonly number[] = [0.8, 1.2, 5.3, 7.7, 9.2].map((cost) => fromFloat16(toFloat16(cost)));

/** Cells between the lattice points of the coarse noise: lakes, woods and hills are about so wide. */
const PERIOD = 3.5;
/** Raggedness: height of the noise of each cell alone. */
const DETAIL = 0.06;

/**
 * Terrains of a size x size grid, row-major: water where the land is low, rock where it is high, between them forest
 * where it is wet and earth where it is dry. Elevation and moisture are value noise of two octaves.
 */
export function drawTerrain(size: number, rng: Rng): Uint8Array {
  const elevation = drawField(size, rng.split(0));
  const moisture = drawField(size, rng.split(1));
  return Uint8Array.from(elevation, (height, cell) => terrainAt(height, moisture[cell]));
}

function terrainAt(height: number, wetness: number): number {
  if (height < 0.365) return WATER;
  if (height > 0.64) return ROCK;
  return wetness > 0.56 ? FOREST : wetness < 0.44 ? EARTH : GRASS;
}

/** Values around 1/2, most within [0.2, 0.8]. */
function drawField(size: number, rng: Rng): Float64Array {
  const coarse = valueNoise(size, PERIOD, rng.split(0));
  const fine = valueNoise(size, PERIOD / 2, rng.split(1));
  const detail = rng.split(2);
  return coarse.map((value, cell) => (2 * value + fine[cell]) / 3 + DETAIL * (2 * detail.uniform() - 1));
}

/** Uniform values on a lattice at a random offset, interpolated with weights 3 t^2 - 2 t^3. */
function valueNoise(size: number, period: number, rng: Rng): Float64Array {
  const [top, left] = [rng.uniform(), rng.uniform()];
  const side = Math.ceil(size / period) + 2;
  const lattice = Float64Array.from({ length: side * side }, () => rng.uniform());
  const mix = (i: number, v: number): number => lattice[i] * (1 - v) + lattice[i + 1] * v;
  return Float64Array.from({ length: size * size }, (_, cell) => {
    const y = Math.floor(cell / size) / period + top;
    const x = (cell % size) / period + left;
    const corner = Math.floor(y) * side + Math.floor(x);
    const [u, v] = [smooth(y % 1), smooth(x % 1)];
    return mix(corner, v) * (1 - u) + mix(corner + side, v) * u;
  });
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
