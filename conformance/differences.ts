import { type Batch, row, zeros } from '../core/batch.js';

/** A function of points (K, m), one a row, with k results a point: (K, k). */
export type Field = (points: Batch) => Batch;

/** A derivative along a direction, k numbers, each with a bar that its error should not exceed by much. */
export interface Derivative {
  readonly value: Float64Array;
  readonly bar: Float64Array;
}

const LEVELS = 16;
const COARSEST = 0.1;
/** Highest order of the extrapolation. */
const ORDER = 4;
/** The noise estimate: points, and two spacings, lest one fits the grid of the rounding. */
const NOISE_POINTS = 10;
const NOISE_STEPS = [1e-6, 7.3e-6];
const NOISE_ORDER = 6;
/** Results of two steps contradict each other where they are this many bars apart. */
const CONTRADICTION = 8;
/** (6!)^2 / 12!: makes squared sixth differences a variance. */
const NOISE_FACTOR = 1 / 924;

/**
 * Central differences of a field along direction d at y, for steps h_i = scale * 0.1 / 2^i, extrapolated to h = 0. The
 * bar is the sum of
 *
 *     truncation   the last change in Ridders' tableau (Advances in Engineering Software 4, 1982)
 *     rounding     2 epsilon / h_i, epsilon the noise of the field by its sixth differences (More and Wild, SISC 33, 2011)
 *     kink         |2 q_i - q_(i-1)|, q_i = half the difference of the one-sided quotients, which tends to 0 where the field is smooth
 *
 * and how far the neighbouring levels are. The level with the smallest bar is taken that no finer one contradicts:
 * where y is too near a kink, or the field too rough, the bar says so. A `grained` field is one that may be rounded to
 * multiples of something: where it stands still nothing is concluded.
 */
export function derivativeAlong(
  field: Field,
  y: Float64Array,
  d: Float64Array,
  scale: number,
  grained = false,
): Derivative {
  const steps = Array.from({ length: LEVELS }, (_, i) => (scale * COARSEST) / 2 ** i);
  const offsets = [0, ...steps, ...steps.map((h) => -h)];
  for (const step of NOISE_STEPS) for (let k = 0; k < NOISE_POINTS; k++) offsets.push(k * step * scale);
  const points = zeros(offsets.length, y.length);
  offsets.forEach((t, k) => row(points, k).set(y.map((yj, j) => yj + t * d[j])));
  const results = field(points);
  const derivative = { value: new Float64Array(results.cols), bar: new Float64Array(results.cols) };
  for (let c = 0; c < results.cols; c++) {
    const f = offsets.map((_, k) => results.data[k * results.cols + c]);
    const [near, far] = [f.slice(1 + 2 * LEVELS, -NOISE_POINTS), f.slice(-NOISE_POINTS)];
    const epsilon = Math.max(noiseOf(near), noiseOf(far));
    const [up, down] = [f.slice(1, 1 + LEVELS), f.slice(1 + LEVELS, 1 + 2 * LEVELS)];
    const best = extrapolate(f[0], up, down, steps, Math.max(epsilon, grained ? grainOf(f[0], up, down) : 0));
    derivative.value[c] = best.value;
    derivative.bar[c] = best.bar;
  }
  return derivative;
}

export interface Extrapolated {
  readonly value: number;
  readonly bar: number;
}

function extrapolate(centre: number, up: number[], down: number[], steps: number[], epsilon: number): Extrapolated {
  const bend = steps.map((h, i) => (up[i] - 2 * centre + down[i]) / (2 * h));
  const levels: Extrapolated[] = [];
  let coarser: number[] = [];
  steps.forEach((h, i) => {
    const tableau = [(up[i] - down[i]) / (2 * h)];
    let best = { value: tableau[0], bar: Infinity };
    for (let order = 1; order <= Math.min(i, ORDER); order++) {
      const [low, before] = [tableau[order - 1], coarser[order - 1]];
      const value = low + (low - before) / (4 ** order - 1);
      const bar = Math.max(Math.abs(value - low), Math.abs(value - before));
      if (bar < best.bar) best = { value, bar };
      tableau.push(value);
    }
    coarser = tableau;
    levels.push({ ...best, bar: best.bar + Math.abs(2 * bend[i] - (bend[i - 1] ?? Infinity)) + (2 * epsilon) / h });
  });
  return mostReliable(levels);
}

/**
 * The level with the smallest bar, where a bar includes how far the neighbouring levels are: one level can be right by
 * chance. From fine steps to coarse ones, as long as these agree: steps that are wide against what the field does see
 * nothing of it, and their bars do not know.
 */
function mostReliable(levels: readonly Extrapolated[]): Extrapolated {
  const withNeighbours = levels.slice(1, -1).map(({ value, bar }, i) => {
    return { value, bar: bar + Math.max(Math.abs(value - levels[i].value), Math.abs(value - levels[i + 2].value)) };
  });
  return mostReliableOf(withNeighbours.reverse());
}

/** Of results from ever coarser steps the one with the smallest bar before the first that contradicts a finer one. */
export function mostReliableOf(fineToCoarse: readonly Extrapolated[]): Extrapolated {
  let best: Extrapolated = { value: NaN, bar: Infinity };
  for (const level of fineToCoarse) {
    if (Math.abs(level.value - best.value) > CONTRADICTION * (level.bar + best.bar)) break; // never of NaN
    if (level.bar < best.bar) best = level;
  }
  return best;
}

/**
 * Where the finest steps change nothing and coarser ones do, the least change, which may be the grain of the rounding;
 * else 0.
 */
function grainOf(centre: number, up: readonly number[], down: readonly number[]): number {
  if (up.at(-1) !== centre || down.at(-1) !== centre) return 0;
  const changes = [...up, ...down].map((x) => Math.abs(x - centre)).filter((change) => change > 0);
  return changes.length === 0 ? 0 : Math.min(...changes);
}

/**
 * The standard deviation of the rounding noise in f at equally spaced points; at least the rounding of its last bit.
 */
export function noiseOf(f: number[]): number {
  const floor = Number.EPSILON * Math.max(...f.map(Math.abs));
  let differences = f;
  for (let order = 0; order < NOISE_ORDER; order++) {
    differences = differences.slice(1).map((x, k) => x - differences[k]);
  }
  const squares = differences.reduce((sum, x) => sum + x * x, 0);
  return Math.max(floor, Math.sqrt((NOISE_FACTOR * squares) / differences.length));
}
