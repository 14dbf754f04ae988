import { type Batch, row, zeros } from '../../core/batch.js';
import { defineLoss } from '../../core/define.js';
import { type Loss, type LossPlugin } from '../../core/loss.js';
import { type Rng } from '../../core/rng.js';
import { normalSamples } from './reference.js';

/** Where a wrong copy of the smoothed loss departs from the right one. */
export interface Variant {
  /** The streams of row i. */
  stream?(rng: Rng, i: number): Rng;
  /** What multiplies the gradient. */
  gradientFactor?: number;
  /** What is subtracted from the diagonal of Z Z^T in the Hessian: 1 is right. */
  identity?: number;
}

const SIGMA = 0.5;
const DRAWS = 8;

/** l(x) = sum_j |x_j - t_j| */
function distance(x: Float64Array, t: readonly number[]): number {
  return x.reduce((sum, xj, j) => sum + Math.abs(xj - t[j]!), 0);
}

/**
 * A correct loss with estimates: l smoothed by normal noise Z, S = 8 draws, sigma = 0.5, with d_s = l(y + sigma Z_s) - l(y).
 *
 *     value    = l(y) + mean d_s
 *     gradient = mean d_s Z_s / sigma
 *     hessian  = mean d_s (Z_s Z_s^T - I) / sigma^2
 */
export function smoothed(variant: Variant = {}): LossPlugin {
  return defineLoss<number[], object>({
    name: 'smoothed',
    title: 'Absolute error under stochastic smoothing',
    source: 'Petersen et al., Newton Losses, NeurIPS 2024, Lemma 1',
    params: { type: 'object', properties: {}, required: [], additionalProperties: false },
    target: { type: 'array', items: { type: 'number' }, minItems: 1 },
    capabilities: {
      gradient: 'estimate',
      hessian: 'estimate',
      hvp: false,
      convex: false,
      nonnegative: true,
      deterministic: false,
      fisher: true,
    },
    create: () => smoothedLoss({ stream: (rng, i) => rng.split(i), gradientFactor: 1, identity: 1, ...variant }),
    sample: normalSamples,
  }) as unknown as LossPlugin;
}

function smoothedLoss({ stream, gradientFactor, identity }: Required<Variant>): Loss<number[]> {
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
        const centre = distance(yi, targets[i]!);
        value[i] = centre;
        for (let s = 0; s < DRAWS; s++) {
          const Z = yi.map(() => noise.normal());
          const d = distance(yi.map((yj, j) => yj + SIGMA * Z[j]!), targets[i]!) - centre;
          value[i]! += d / DRAWS;
          const g = row(gradient, i);
          const H = row(hessian, i);
          for (let a = 0; a < m; a++) {
            g[a]! += (gradientFactor * d * Z[a]!) / (SIGMA * DRAWS);
            for (let b = 0; b < m; b++) {
              H[a * m + b]! += (d * (Z[a]! * Z[b]! - (a === b ? identity : 0))) / (SIGMA ** 2 * DRAWS);
            }
          }
        }
      }
      return { value, gradient: () => copy(gradient), hessian: () => copy(hessian) };
    },
  };
}

function copy(batch: Batch): Batch {
  return { ...batch, data: batch.data.slice() };
}
