import { type RelaxedNetwork } from './relaxed-network.js';
import { type Sigmoid } from './sigmoid.js';
import { symmetricRankSum, weightedGram } from './rank-sums.js';

/** Derivatives in the n scores of one sample, carried through the network with it. */
export interface NetworkTangents {
  /** (n, n): [lane, score], of the lane values. */
  readonly x: Float64Array;
  /** (n, n, n): [lane, item, score], of the soft permutation. */
  readonly X: Float64Array;
  /** (comparators, n): the two factors of each comparator's own second derivative. */
  readonly left: Float64Array;
  readonly right: Float64Array;
}

export function networkTangents({ network: { n, lower } }: RelaxedNetwork): NetworkTangents {
  const array = (length: number): Float64Array => new Float64Array(length);
  return { x: array(n * n), X: array(n ** 3), left: array(lower.length * n), right: array(lower.length * n) };
}

/**
 * The Hessian in the scores, after `forward` and `reverse`. The second derivative of a composition is a sum over its elementary steps, each step's
 * own second derivative between the tangents of its inputs, weighted with the derivative of the loss in its output. For comparator k,
 * with a dot for the derivative in the scores, lambda = XBar_a - XBar_b and likewise for x:
 *
 *     H += D. w^T + w D.^T,   w = F' sum_i lambda_i (X.a - X.b)_i + (1/2 F'' alphaBar - F' lambda_x) D.
 *
 * and at the end, for a loss that is a sum over the entries of X, H += sum f''(X) X. X.^T. One sweep of n^2 products a comparator: no pass per
 * score, no stored passes. `curvature` holds f''(X), (n, n).
 */
export function hessian(net: RelaxedNetwork, sigmoid: Sigmoid, tangents: NetworkTangents, curvature: Float64Array, H: Float64Array): void {
  const { network, D, alpha, complement, first } = net;
  const { n, lower, upper } = network;
  const { x, X, left, right } = tangents;
  x.fill(0);
  X.fill(0);
  for (let lane = 0; lane < n; lane++) x[lane * n + lane] = 1;
  for (let k = 0; k < lower.length; k++) {
    const half = 0.5 * sigmoid.second(D[k]!, alpha[k]!, complement[k]!) * net.alphaBar[k]! - first[k]! * net.xLambda[k]!;
    mixTangents(net, tangents, k);
    const o = k * n;
    for (let j = o; j < o + n; j++) right[j] = first[k]! * right[j]! + half * left[j]!;
    mixValues(x, lower[k]! * n, upper[k]! * n, alpha[k]!, complement[k]!, -D[k]! * first[k]!, left, o, n);
  }
  H.fill(0);
  symmetricRankSum(left, right, lower.length, n, H);
  weightedGram(X, curvature, n * n, n, H);
}

/** Carries the tangents of X over comparator k; left = D., right = sum_i lambda_i (X.a - X.b)_i. */
function mixTangents({ network, alpha, complement, first, difference, lambda }: RelaxedNetwork, tangents: NetworkTangents, k: number): void {
  const { n, lower, upper, from, to } = network;
  const { x, X, left, right } = tangents;
  const f = alpha[k]!;
  const c = complement[k]!;
  const start = from[k]!;
  const end = to[k]!;
  const o = k * n;
  const xa = lower[k]! * n;
  const xb = upper[k]! * n;
  for (let j = 0; j < n; j++) {
    left[o + j] = x[xb + j]! - x[xa + j]!;
    right[o + j] = 0;
  }
  for (let i = start; i < end; i++) {
    const l = lambda[o + i]!;
    const slope = difference[o + i]! * first[k]!;
    const A = (xa + i) * n;
    const B = (xb + i) * n;
    for (let j = start; j < end; j++) {
      const a = X[A + j]!;
      const b = X[B + j]!;
      const s = slope * left[o + j]!;
      right[o + j]! += l * (a - b);
      X[A + j] = f * a + c * b + s;
      X[B + j] = c * a + f * b - s;
    }
  }
}

/** Rows at a and b become f A + c B + slope D. and c A + f B - slope D. */
function mixValues(x: Float64Array, a: number, b: number, f: number, c: number, slope: number, dot: Float64Array, o: number, n: number): void {
  for (let j = 0; j < n; j++) {
    const A = x[a + j]!;
    const B = x[b + j]!;
    const s = slope * dot[o + j]!;
    x[a + j] = f * A + c * B + s;
    x[b + j] = c * A + f * B - s;
  }
}
