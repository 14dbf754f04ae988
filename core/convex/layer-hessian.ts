import { type Batch, row, zeros } from '../batch.js';
import { addScaled, dot } from '../linear-algebra/vectors.js';
import type { Canonical, ParameterPlace } from './model/canonical.js';
import type { Output, SolvedSample } from './solved-sample.js';

/** A batch of solutions, and a function of the outputs of each to be differentiated twice. */
export interface SecondOrder {
  readonly samples: readonly SolvedSample[];
  readonly outputs: readonly Output[];
  /** (N, entries) for each output: the gradient of the function. */
  readonly cotangents: readonly Batch[];
  /** (N, M * M) by the M entries of all outputs side by side; absent: it is linear. */
  readonly hessians: Batch | undefined;
}

/**
 * Hessians by the p entries of all parameters side by side, (N, p * p), of functions with gradient c and Hessian H by
 * the outputs o,
 *
 *     J^T H J + sum_k c_k d^2 o_k
 *
 * Where theta holds log a for an entry a (geometric programs), the chain rule goes on:
 *
 *     d^2 / da db = (d^2 / dtheta_a dtheta_b - [a = b] d / dtheta_a) / (a b)
 */
export function hessiansByParameters(
  { samples, outputs, cotangents, hessians }: SecondOrder,
  canonical: Canonical,
  places: readonly ParameterPlace[],
  thetas: readonly Float64Array[],
): Batch {
  const entries = places.flatMap(({ offset, size, logs }) =>
    Array.from({ length: size }, (_, j) => ({ at: offset + j, logs }))
  );
  const p = entries.length;
  const unit = (at: number): Float64Array => {
    const theta = new Float64Array(canonical.size);
    theta[at] = 1;
    return theta;
  };
  const directions = entries.map(({ at }) => canonical.pushForward(unit(at)));
  const out = zeros(samples.length, p * p);
  samples.forEach((sample, i) => {
    const own = cotangents.map((batch) => row(batch, i));
    const { form, changes } = sample.curvature(own, outputs, directions);
    const H = row(out, i);
    H.set(form);
    if (hessians) addCongruence(row(hessians, i), changes, H);
    if (entries.some(({ logs }) => logs)) throughLogs(H, entries, thetas[i], sample.adjoint(own, outputs));
  });
  return out;
}

/** out += J^T H J, J^T (p, M), H symmetric. */
function addCongruence(H: Float64Array, transposed: Batch, out: Float64Array): void {
  const { rows: p, cols: M } = transposed;
  const HJ = new Float64Array(M);
  for (let a = 0; a < p; a++) {
    const change = row(transposed, a);
    HJ.fill(0);
    for (let k = 0; k < M; k++) if (change[k] !== 0) addScaled(change[k], H.subarray(k * M, (k + 1) * M), HJ);
    for (let b = 0; b < p; b++) out[a * p + b] += dot(HJ, row(transposed, b));
  }
}

/** From a Hessian by theta to one by the entries of the parameters, in place. */
function throughLogs(
  H: Float64Array,
  entries: readonly { readonly at: number; readonly logs: boolean }[],
  theta: Float64Array,
  gradient: Float64Array,
): void {
  const p = entries.length;
  const slope = entries.map(({ at, logs }) => (logs ? Math.exp(-theta[at]) : 1));
  for (let a = 0; a < p; a++) {
    if (entries[a].logs) H[a * (p + 1)] -= gradient[entries[a].at];
    for (let b = 0; b < p; b++) H[a * p + b] *= slope[a] * slope[b];
  }
}
