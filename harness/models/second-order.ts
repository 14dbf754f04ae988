import { type Batch, row, zeros } from '../../core/batch.js';
import type { LayerSolution } from '../../core/convex/layer.js';
import { LossError } from '../../core/errors.js';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { matricesOf } from '../../core/matrices.js';
import { symmetricEigen } from '../../core/linear-algebra/symmetric-eigen.js';
import { allFinite, dot } from '../../core/linear-algebra/vectors.js';

/** First and second derivatives of N samples' losses by the n numbers that a sample has somewhere in a network. */
export interface SecondOrder {
  /** (N, n) */
  readonly gradient: Batch;
  /** (N, n * n) */
  readonly hessian: Batch;
}

/** By the outputs. UNSUPPORTED where the loss has no Hessian. */
export function atOutputs(loss: Evaluation): SecondOrder {
  if (loss.hessian) return { gradient: loss.gradient(), hessian: matricesOf(loss.hessian()).blocks() };
  const what = 'curvature hessian at layers needs hessian(), which this loss does not have';
  throw new LossError('UNSUPPORTED', `newton: ${what}`);
}

/**
 * By u from those by a = u W + b, W (in, out):
 *
 *     g_u = W g_a,    H_u = W H_a W^T
 */
export function beforeAffine({ gradient, hessian }: SecondOrder, W: Batch): SecondOrder {
  const N = gradient.rows;
  const { rows: inputs, cols: outputs } = W;
  const before = { gradient: zeros(N, inputs), hessian: zeros(N, inputs * inputs) };
  const WH = zeros(inputs, outputs);
  for (let i = 0; i < N; i++) {
    const [g, H] = [row(before.gradient, i), row(before.hessian, i)];
    for (let j = 0; j < inputs; j++) {
      g[j] = dot(row(W, j), row(gradient, i));
      productWith(row(hessian, i), row(W, j), row(WH, j));
      for (let k = 0; k <= j; k++) H[j * inputs + k] = H[k * inputs + j] = dot(row(WH, j), row(W, k));
    }
  }
  return before;
}

/**
 * By a from those by u = f(a), entry by entry, with `first` and `second` the derivatives of f at a, both (N, n):
 *
 *     g_a = f' g_u,    H_a = diag(f') H_u diag(f') + diag(f'' g_u)
 */
export function beforeEntrywise({ gradient, hessian }: SecondOrder, first: Batch, second: Batch): SecondOrder {
  const { rows: N, cols: n } = gradient;
  const before = { gradient: zeros(N, n), hessian: zeros(N, n * n) };
  for (let i = 0; i < N; i++) {
    const [g, H, slope] = [row(before.gradient, i), row(before.hessian, i), row(first, i)];
    const [gu, Hu, bend] = [row(gradient, i), row(hessian, i), row(second, i)];
    for (let j = 0; j < n; j++) {
      g[j] = slope[j] * gu[j];
      for (let k = 0; k < n; k++) H[j * n + k] = slope[j] * Hu[j * n + k] * slope[k];
      H[j * n + j] += bend[j] * gu[j];
    }
  }
  return before;
}

/** By the parameter of a convex program from those by its solution. */
export function beforeProgram({ gradient, hessian }: SecondOrder, solution: LayerSolution): SecondOrder {
  return { gradient: solution.vjp([gradient])[0], hessian: solution.hessian([gradient], hessian) };
}

/** An eigenvalue below this is rounding of the largest. */
const ROUNDING = 1e-14;

/**
 * By the parameters (W, b) of a = u W + b, W row-major, from those by a: with u' = (u, 1) and H_a = sum_k w_k v_k
 * v_k^T the Hessian of a sample, (p, p) with p = (in + 1) out, is that of the Kronecker products
 *
 *     sum_k w_k (u' x v_k) (u' x v_k)^T
 *
 * Its rank is that of H_a: behind a network with m outputs, without curvature of its own, at most m.
 */
export function byParameters({ hessian }: SecondOrder, u: Batch): Factors {
  const [N, outputs] = [hessian.rows, Math.sqrt(hessian.cols)];
  const spectra = Array.from({ length: N }, (_, i) => spectrumOf(row(hessian, i), outputs));
  const rank = spectra.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const weights = new Float64Array(N * rank);
  const left = zeros(N * rank, (u.cols + 1) * outputs);
  spectra.forEach((spectrum, i) => {
    weights.set(spectrum.weights, i * rank);
    spectrum.vectors.forEach((v, k) => {
      const out = row(left, i * rank + k);
      for (let j = 0, at = 0; j <= u.cols; j++) {
        const x = j < u.cols ? u.data[i * u.cols + j] : 1;
        for (let a = 0; a < outputs; a++, at++) out[at] = x * v[a];
      }
    });
  });
  return { rank, weights, left, right: left };
}

/** The eigenvalues of H (n, n) that are more than rounding, and their vectors; NaN for a matrix that is not finite. */
function spectrumOf(H: Float64Array, n: number): { weights: number[]; vectors: Float64Array[] } {
  if (!allFinite(H)) return { weights: [NaN], vectors: [new Float64Array(n).fill(1)] };
  const { values, vectors } = symmetricEigen(H, n);
  const least = ROUNDING * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const kept = Array.from(values.keys()).filter((k) => Math.abs(values[k]) > least);
  return { weights: kept.map((k) => values[k]), vectors: kept.map((k) => vectors.subarray(k * n, (k + 1) * n)) };
}

/** out := H x, H symmetric. */
function productWith(H: Float64Array, x: Float64Array, out: Float64Array): void {
  const n = x.length;
  for (let a = 0; a < n; a++) {
    let sum = 0;
    for (let b = 0; b < n; b++) sum += H[a * n + b] * x[b];
    out[a] = sum;
  }
}
