import { type Batch, row, zeros } from '../../core/batch.js';

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
/** Points and spacing of the noise estimate; 1/70 = (4!)^2 / 8! turns squared fourth differences into a variance. */
const NOISE_POINTS = 8;
const NOISE_STEP = 1e-6;

/**
 * Central differences of a field along direction d at y, for steps h_i = scale * 0.1 / 2^i, extrapolated to h = 0. The bar is the sum of
 *
 *     truncation   the last change in Ridders' tableau (Advances in Engineering Software 4, 1982)
 *     rounding     2 epsilon / h_i, with the noise epsilon of the field from its fourth differences (More and Wild, SISC 33, 2011)
 *     kink         |2 q_i - q_(i-1)|, q_i = half the difference of the one-sided quotients, which tends to 0 where the field is smooth
 *
 * and the entry of the tableau with the smallest bar is taken: where y is too near a kink, or the field too rough, the bar says so.
 */
export function derivativeAlong(field: Field, y: Float64Array, d: Float64Array, scale: number): Derivative {
  const steps = Array.from({ length: LEVELS }, (_, i) => (scale * COARSEST) / 2 ** i);
  const offsets = [0, ...steps, ...steps.map((h) => -h)];
  for (let k = 1; k < NOISE_POINTS; k++) offsets.push(k * NOISE_STEP * scale);
  const points = zeros(offsets.length, y.length);
  offsets.forEach((t, k) => row(points, k).set(y.map((yj, j) => yj + t * d[j]!)));
  const results = field(points);
  const derivative = { value: new Float64Array(results.cols), bar: new Float64Array(results.cols) };
  for (let c = 0; c < results.cols; c++) {
    const f = offsets.map((_, k) => results.data[k * results.cols + c]!);
    const epsilon = noiseOf([f[0]!, ...f.slice(1 + 2 * LEVELS)]);
    const best = extrapolate(f[0]!, f.slice(1, 1 + LEVELS), f.slice(1 + LEVELS, 1 + 2 * LEVELS), steps, epsilon);
    derivative.value[c] = best.value;
    derivative.bar[c] = best.bar;
  }
  return derivative;
}

function extrapolate(centre: number, up: number[], down: number[], steps: number[], epsilon: number): { value: number; bar: number } {
  const best = { value: NaN, bar: Infinity };
  const bend = steps.map((h, i) => (up[i]! - 2 * centre + down[i]!) / (2 * h));
  let coarser: number[] = [];
  for (let i = 0; i < steps.length; i++) {
    const h = steps[i]!;
    const tableau = [(up[i]! - down[i]!) / (2 * h)];
    const rest = i === 0 ? Infinity : Math.abs(2 * bend[i]! - bend[i - 1]!) + (2 * epsilon) / h;
    for (let order = 1; order <= Math.min(i, ORDER); order++) {
      const [low, before] = [tableau[order - 1]!, coarser[order - 1]!];
      const value = low + (low - before) / (4 ** order - 1);
      const bar = Math.max(Math.abs(value - low), Math.abs(value - before)) + rest;
      if (bar < best.bar) Object.assign(best, { value, bar });
      tableau.push(value);
    }
    coarser = tableau;
  }
  return best;
}

/** The standard deviation of the rounding noise in f at equally spaced points; at least the rounding of its last bit. */
function noiseOf(f: number[]): number {
  const floor = Number.EPSILON * Math.max(...f.map(Math.abs));
  let differences = f;
  for (let order = 0; order < 4; order++) differences = differences.slice(1).map((x, k) => x - differences[k]!);
  const squares = differences.reduce((sum, x) => sum + x * x, 0);
  return Math.max(floor, Math.sqrt(squares / differences.length / 70));
}
