import { type Batch, row, zeros } from '../../batch.js';
import { addScaled } from '../../linear-algebra/vectors.js';
import { lowRank, once } from '../../matrices.js';
import type { Evaluation } from '../../loss.js';
import { type Distribution, gaussian } from './distributions.js';
import type { Design, Noise } from './noise.js';

/** (N): the mean of each sample's S draws f (N S). */
export function meanOfDraws(f: Float64Array, N: number): Float64Array {
  const samples = f.length / N;
  const out = new Float64Array(N);
  for (let r = 0; r < f.length; r++) out[Math.floor(r / samples)] += f[r] / samples;
  return out;
}

/** (N): the sum of <q_s, u_s> over each sample's draws; q may have more rows than u (N S, m). */
export function sumOfProducts(q: Batch, u: Batch, N: number): Float64Array {
  const size = u.data.length / N;
  const out = new Float64Array(N);
  for (let i = 0, k = 0; i < N; i++) for (const end = k + size; k < end; k++) out[i] += q.data[k] * u.data[k];
  return out;
}

/** (N, m): the sum of each sample's draws u (N S, m). */
export function sumOfDraws(u: Batch, N: number): Batch {
  const out = zeros(N, u.cols);
  const samples = u.rows / N;
  for (let r = 0, k = 0; r < u.rows; r++) {
    for (let j = Math.floor(r / samples) * u.cols, end = j + u.cols; j < end; j++, k++) out.data[j] += u.data[k];
  }
  return out;
}

/** (N, m): the sum over draws of weights_s nu'(Z_s), with weights (N S). */
export function weightedScores({ score, mirrored }: Noise, given: Float64Array, N: number): Batch {
  const weights = mirrored ? weightsOfPairs(given, N, -1) : given;
  const samples = score.rows / N;
  const out = zeros(N, score.cols);
  for (let i = 0; i < N; i++) {
    let waiting = -1;
    for (let r = i * samples; r < (i + 1) * samples; r++) {
      if (weights[r] === 0) continue;
      if (waiting < 0) {
        waiting = r;
        continue;
      }
      addTwo(row(out, i), weights[waiting], row(score, waiting), weights[r], row(score, r));
      waiting = -1;
    }
    if (waiting >= 0) addScaled(weights[waiting], row(score, waiting), row(out, i));
  }
  return out;
}

/** y += a x + b z, in that order: two rows share a pass. */
function addTwo(y: Float64Array, a: number, x: Float64Array, b: number, z: Float64Array): void {
  for (let j = 0; j < y.length; j++) y[j] = y[j] + a * x[j] + b * z[j];
}

/** (N S): the weights of both draws of a pair, second times `sign`, at the first; 0 at the second. */
function weightsOfPairs(weights: Float64Array, N: number, sign: 1 | -1): Float64Array {
  const out = weights.slice();
  const samples = weights.length / N;
  for (let from = 0; from < out.length; from += samples) {
    for (let k = from + 1; k < from + samples; k += 2) {
      out[k - 1] += sign * out[k];
      out[k] = 0;
    }
  }
  return out;
}

/**
 * Adds the Hessian, by S products for each sample and a diagonal, that for Gaussian noise, where nu'' = 1, is a
 * multiple of I:
 *
 *     H_i = sum over draws of weights_s (nu'(Z_s) nu'(Z_s)^T - diag nu''(Z_s))
 */
export function withHermiteHessian(
  evaluation: Evaluation,
  noise: Noise,
  weights: Float64Array,
  distribution: Distribution,
): Evaluation {
  const N = evaluation.value.length;
  const { score, mirrored } = noise;
  const products = {
    rank: weights.length / N,
    weights: mirrored ? weightsOfPairs(weights, N, 1) : weights,
    left: score,
    right: score,
  };
  const hessian = once(() =>
    lowRank(
      distribution === gaussian
        ? { ...products, shift: minusSums(weights, N) }
        : { ...products, diagonal: minusSlopes(noise.z, weights, N, distribution.scoreSlope!) },
    )
  );
  return { ...evaluation, hessian };
}

function minusSums(weights: Float64Array, N: number): Float64Array {
  const samples = weights.length / N;
  return meanOfDraws(weights, N).map((mean) => -samples * mean);
}

function minusSlopes(z: Batch, weights: Float64Array, N: number, slope: (z: number) => number): Batch {
  const m = z.cols;
  const samples = z.rows / N;
  const out = zeros(N, m);
  for (let r = 0, k = 0; r < z.rows; r++) {
    for (let j = Math.floor(r / samples) * m, end = j + m; j < end; j++, k++) {
      out.data[j] -= weights[r] * slope(z.data[k]);
    }
  }
  return out;
}

/**
 * What is subtracted from f at a draw, for less variance: nothing; the `value` without noise; or the mean over the
 * draws that are independent of it. Being independent of the draw's own noise, whose scores have mean 0, none of it
 * changes the mean of an estimate.
 */
export const variateNames = ['none', 'value', 'leave-one-out'] as const;
export type Variate = (typeof variateNames)[number];

export const variateSchema = {
  type: 'string',
  enum: variateNames,
  default: 'value',
  description:
    'control variate: none, the value without noise (one solution more), or the mean of the draws that are independent of each',
} as const;

/**
 * (N S, m), in place: f_s - b_s for vectors f_s of m entries, with b the control variate of each draw; `centre` (N, m)
 * is f without noise, for `value`.
 *
 *     leave-one-out:  b_s = mean of f_r over the draws r of all blocks but that of s
 */
export function subtractVariate(
  f: Float64Array,
  design: Design,
  variate: Variate,
  centre: Float64Array | undefined,
  m = 1,
): void {
  const size = design.samples * m;
  for (let i = 0; i < f.length / size; i++) {
    const draws = f.subarray(i * size, (i + 1) * size);
    if (variate === 'value') subtractFromRows(draws, centre!.subarray(i * m, (i + 1) * m));
    if (variate === 'leave-one-out') { for (let j = 0; j < m; j++) subtractOthers(draws, design, j, m); }
  }
}

/** A row from each of many. */
function subtractFromRows(rows: Float64Array, b: Float64Array): void {
  const [size, m] = [rows.length, b.length];
  for (let from = 0; from < size; from += m) for (let j = 0; j < m; j++) rows[from + j] -= b[j];
}

/** Entry j of each draw of one sample. */
function subtractOthers(f: Float64Array, { samples, block }: Design, j: number, m: number): void {
  const all = sumOf(f, j, samples * m, m);
  for (let start = 0; start < samples; start += block) {
    const end = Math.min(start + block, samples);
    const others = (all - sumOf(f, start * m + j, end * m, m)) / (samples - (end - start));
    for (let k = start * m + j; k < end * m; k += m) f[k] -= others;
  }
}

function sumOf(f: Float64Array, from: number, to: number, stride: number): number {
  let sum = 0;
  for (let k = from; k < to; k += stride) sum += f[k];
  return sum;
}
