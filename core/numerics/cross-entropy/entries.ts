import { type CrossEntropy } from './options.js';

/** A doubly stochastic matrix X and what a loss on it fills in: f'(X) and f''(X). All (n, stride), row-major. */
export interface Entries {
  readonly n: number;
  readonly stride: number;
  readonly X: Float64Array;
  readonly XBar: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * The loss between X and the true permutation T, (n, n), as a sum over entries f(X, T): returns its value and fills f' and f''. NaN
 * where an entry that counts is too small for 1 / X^2 in float64: then the caller computes in logarithms.
 */
export type EntryCrossEntropy = (entries: Entries, T: Float64Array) => number;

export const entryCrossEntropies: Record<CrossEntropy, EntryCrossEntropy> = { binary, float32, row: categorical };

/** How log X and log(1 - X) count in the value, each times -T and -(1 - T), where the loss is a sum of logarithms. */
export function logWeights(crossEntropy: CrossEntropy, n: number): [ofX: number, ofRest: number] {
  return crossEntropy === 'row' ? [1 / n, 0] : [1 / (n * n), 1 / (n * n)];
}

/** Below this the cube of an entry, of whose order the second derivative of an algebraic tail is, would underflow. */
const TINY = 1e-100;

/** -1/n^2 sum [ T log X + (1 - T) log(1 - X) ]. Near 1, 1 - X is the sum of the other entries of its row. */
function binary({ n, stride, X, XBar, curvature }: Entries, T: Float64Array): number {
  const scale = 1 / (n * n);
  let value = 0;
  for (let r = 0; r < n; r++) {
    let u = 0; // 1 - product of (1 - X) over the row's entries with X <= 1/2
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = X[k]!;
      const t = T[o]!;
      const rest = x > 0.5 ? sumOfOthers(X, r * stride, n, k) : 1 - x;
      if ((t > 0 && x < TINY) || (t < 1 && rest < TINY)) return NaN;
      if (t === 0 && x <= 0.5) u += x - u * x;
      else value -= (t === 0 ? 0 : t * logFrom(x, rest)) + (t === 1 ? 0 : (1 - t) * logFrom(rest, x));
      const inverse = t === 0 ? 0 : 1 / x; // x or rest may be 0 where it does not count
      const inverseRest = t === 1 ? 0 : 1 / rest;
      XBar[k] = scale * ((1 - t) * inverseRest - t * inverse);
      curvature[k] = scale * ((1 - t) * inverseRest * inverseRest + t * inverse * inverse);
    }
    value -= Math.log1p(-u);
  }
  return scale * value;
}

/** log x, given 1 - x. */
function logFrom(x: number, rest: number): number {
  return x > 0.5 ? Math.log1p(-rest) : Math.log(x);
}

function sumOfOthers(X: Float64Array, o: number, n: number, own: number): number {
  let sum = 0;
  for (let k = o; k < o + n; k++) if (k !== own) sum += X[k]!;
  return sum;
}

/** -1/n sum T log X. */
function categorical({ n, stride, X, XBar, curvature }: Entries, T: Float64Array): number {
  let value = 0;
  for (let r = 0; r < n; r++) {
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = X[k]!;
      const t = T[o]!;
      if (t > 0 && x < TINY) return NaN;
      if (t > 0) value -= t * logFrom(x, x > 0.5 ? sumOfOthers(X, r * stride, n, k) : 1 - x);
      XBar[k] = t === 0 ? 0 : -t / (n * x);
      curvature[k] = t === 0 ? 0 : t / (n * x * x);
    }
  }
  return value / n;
}

const EPSILON = 1e-12;
const LEAST_LOG = -100;

/** The binary cross-entropy of PyTorch on X rounded to float32, with its guards (see core/kernels/assembly/float32-rows.ts). */
function float32({ n, stride, X, XBar, curvature }: Entries, T: Float64Array): number {
  const scale = 1 / (n * n);
  let value = 0;
  for (let r = 0; r < n; r++) {
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = Math.min(1, Math.fround(X[k]!));
      const t = T[o]!;
      value -= t * Math.max(Math.log(x), LEAST_LOG) + (1 - t) * Math.max(Math.log(1 - x), LEAST_LOG);
      XBar[k] = (scale * (x - t)) / Math.max(Math.fround(x * Math.fround(1 - x)), EPSILON);
      curvature[k] = (scale * (x * (x - 2 * t) + t)) / ((x + EPSILON) * (1 - x + EPSILON)) ** 2;
    }
  }
  return scale * value;
}
