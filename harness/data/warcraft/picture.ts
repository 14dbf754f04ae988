import type { Rng } from '../../../core/random/rng.js';
import { terrains } from './terrain.js';
import { TILE, tileOffset, tileSet, VARIANTS } from './tiles.js';

/**
 * How far the noise moves the border between two terrains, in weights of the terrains (the four nearest tiles' weights
 * add up to 1).
 */
const RAGGED = 0.3;
/** A tile's own terrain counts for so much more: it keeps most of the tile. */
const OWN = 0.08;
/** Where two terrains differ by less than this weight their colours mix. */
const BLEND = 0.2;
/** Largest change of a pixel's brightness by noise. */
const GRAIN = 6;

/** Two terrains and how much of the second shows. */
interface Mixture {
  first: number;
  second: number;
  share: number;
}

/**
 * Draws a size x size grid of terrains as RGB bytes, (8 size) x (8 size) x 3, row-major. Each pixel shows the terrain
 * that has most weight in the bilinear interpolation of the four nearest tiles, so that regions have round, slightly
 * ragged outlines; a tile's picture is one of several.
 */
export function drawPicture(terrain: Uint8Array, size: number, rng: Rng, out: Uint8Array): void {
  const side = size * TILE;
  const variants = Uint8Array.from(terrain, () => rng.integer(VARIANTS));
  const noise = randomBytes(2 * side * side, rng);
  const mixture = { first: 0, second: 0, share: 0 };
  const weights = new Float64Array(terrains.length);
  for (let y = 0, pixel = 0; y < side; y++) {
    for (let x = 0; x < side; x++, pixel++) {
      const own = Math.floor(y / TILE) * size + Math.floor(x / TILE);
      mix(terrain, size, y, x, OWN + RAGGED * (noise[2 * pixel] / 255 - 0.5), weights, mixture);
      const a = tileOffset(mixture.first, variants[own], y % TILE, x % TILE);
      const b = tileOffset(mixture.second, variants[own], y % TILE, x % TILE);
      const grain = GRAIN * (noise[2 * pixel + 1] / 127.5 - 1);
      for (let k = 0; k < 3; k++) {
        const colour = tileSet[a + k] * (1 - mixture.share) + tileSet[b + k] * mixture.share + grain;
        out[3 * pixel + k] = Math.max(0, Math.min(255, Math.round(colour)));
      }
    }
  }
}

/**
 * What the middle of pixel (y, x) shows, where its own terrain counts for `own` more; beyond the grid its border goes
 * on.
 */
function mix(
  terrain: Uint8Array,
  size: number,
  y: number,
  x: number,
  own: number,
  weights: Float64Array,
  out: Mixture,
): void {
  const v = (y + 0.5) / TILE - 0.5;
  const u = (x + 0.5) / TILE - 0.5;
  const [top, left] = [Math.floor(v), Math.floor(u)];
  const [below, right] = [v - top, u - left];
  const up = Math.max(top, 0) * size;
  const down = Math.min(top + 1, size - 1) * size;
  const west = Math.max(left, 0);
  const east = Math.min(left + 1, size - 1);
  const [a, b, c, d] = [terrain[up + west], terrain[up + east], terrain[down + west], terrain[down + east]];
  out.first = out.second = a;
  out.share = 0;
  if (a === b && b === c && c === d) return;
  weights.fill(0);
  weights[a] += (1 - below) * (1 - right);
  weights[b] += (1 - below) * right;
  weights[c] += below * (1 - right);
  weights[d] += below * right;
  weights[terrain[Math.floor(y / TILE) * size + Math.floor(x / TILE)]] += own;
  takeLargest(weights, out);
}

function takeLargest(weights: Float64Array, out: Mixture): void {
  let [first, second] = weights[0] >= weights[1] ? [0, 1] : [1, 0];
  for (let k = 2; k < weights.length; k++) {
    if (weights[k] > weights[first]) [first, second] = [k, first];
    else if (weights[k] > weights[second]) second = k;
  }
  out.first = first;
  out.second = second;
  out.share = 0.5 * Math.max(0, 1 - (weights[first] - weights[second]) / BLEND);
}

/** Uniform bytes, six from each number drawn. */
function randomBytes(count: number, rng: Rng): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0; i < count; i += 6) {
    let bits = rng.uniform();
    for (let k = i; k < Math.min(i + 6, count); k++) {
      bits *= 256;
      out[k] = bits;
      bits -= out[k];
    }
  }
  return out;
}
