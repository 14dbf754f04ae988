import { type Batch, row, zeros } from '../../core/batch.js';
import { defineLoss } from '../../core/define.js';
import type { Loss, LossPlugin } from '../../core/loss.js';
import { parameters } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';
import { normalSamples } from './reference.js';

/** Where a wrong copy of the smoothed loss departs from the right one. */
export interface Variant {
  /** The streams of row i. */
  stream?(rng: Rng, i: number): Rng;
  /** What multiplies the gradient, and all results. */
  gradientFactor?(params: Params): number;
  factor?(params: Params): number;
  /** Absent: true. */
  hasHessian?: boolean;
  /** Every draw is the first. */
  oneDraw?: boolean;
  /** What is subtracted from the diagonal of Z Z^T in the Hessian: 1 is right. */
  identity?: number;
}

interface Params {
  samples: number;
  sigma: number;
}

/** l(x) = sum_j |x_j - t_j| */
function distance(x: Float64Array, t: readonly number[]): number {
  return x.reduce((sum, xj, j) => sum + Math.abs(xj - t[j]), 0);
}

/**
 * A correct loss with estimates: l smoothed by normal noise Z, S draws (8), sigma (0.5), with d_s = l(y + sigma Z_s) -
 * l(y).
 *
 *     value    = l(y) + mean d_s
 *     gradient = mean d_s Z_s / sigma
 *     hessian  = mean d_s (Z_s Z_s^T - I) / sigma^2
 */
export function smoothed(variant: Variant = {}): LossPlugin {
  return defineLoss({
    name: 'smoothed',
    title: 'Absolute error under stochastic smoothing',
    source: 'Petersen et al., Newton Losses, NeurIPS 2024, Lemma 1',
    params: parameters({
      samples: { type: 'integer', minimum: 1, default: 8 },
      sigma: { type: 'number', exclusiveMinimum: 0, default: 0.5 },
    }),
    target: { type: 'array', items: { type: 'number' }, minItems: 1 },
    capabilities: {
      gradient: 'estimate',
      hessian: variant.hasHessian === false ? 'none' : 'estimate',
      convex: false,
      nonnegative: true,
      deterministic: false,
      fisher: true,
    },
    create: (params) => smoothedLoss({ ...right, ...variant }, params),
    sample: normalSamples,
  });
}

const right: Required<Variant> = {
  stream: (rng, i) => rng.split(i),
  gradientFactor: () => 1,
  factor: () => 1,
  hasHessian: true,
  oneDraw: false,
  identity: 1,
};

function smoothedLoss(variant: Required<Variant>, params: Params): Loss<number[]> {
  const { stream, identity, oneDraw } = variant;
  const { samples, sigma } = params;
  const factor = variant.factor(params);
  const gradientFactor = factor * variant.gradientFactor(params);
  return {
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, got ${t.length}`),
    evaluate(y, targets, rng) {
      const m = y.cols;
      const value = new Float64Array(y.rows);
      const gradient = zeros(y.rows, m);
      const hessian = zeros(y.rows, m * m);
      for (let i = 0; i < y.rows; i++) {
        const noise = stream(rng, i);
        const yi = row(y, i);
        const centre = distance(yi, targets[i]);
        value[i] = factor * centre;
        const first = yi.map(() => noise.normal());
        for (let s = 0; s < samples; s++) {
          const Z = s === 0 || oneDraw ? first : yi.map(() => noise.normal());
          const d = distance(yi.map((yj, j) => yj + sigma * Z[j]), targets[i]) - centre;
          value[i] += (factor * d) / samples;
          const g = row(gradient, i);
          const H = row(hessian, i);
          for (let a = 0; a < m; a++) {
            g[a] += (gradientFactor * d * Z[a]) / (sigma * samples);
            for (let b = 0; b < m; b++) {
              H[a * m + b] += (factor * d * (Z[a] * Z[b] - (a === b ? identity : 0))) / (sigma ** 2 * samples);
            }
          }
        }
      }
      return { value, gradient: () => copy(gradient), ...(variant.hasHessian && { hessian: () => copy(hessian) }) };
    },
  };
}

function copy(batch: Batch): Batch {
  return { ...batch, data: batch.data.slice() };
}
