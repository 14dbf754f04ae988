import type { Capabilities } from '../loss.js';

/**
 * How a soft permutation matrix is compared with the true one: `binary` cross-entropy of each entry, exact; the same as
 * PyTorch computes it in `float32`, spikes included; or the cross-entropy of each `row`.
 */
export type CrossEntropy = 'binary' | 'float32' | 'row';

export const crossEntropySchema = { type: 'string', enum: ['binary', 'float32', 'row'], default: 'binary' } as const;

/** Rounding makes the float32 variant neither smooth nor the exact derivative of its own value. */
export function crossEntropyCapabilities(crossEntropy: CrossEntropy): Partial<Capabilities> {
  return crossEntropy === 'float32' ? { gradient: 'surrogate', hessian: 'estimate' } : {};
}

/**
 * A doubly stochastic matrix X and what a loss on it fills in: f'(X) and the root of f''(X), which is the smaller number,
 * those of samples one after another. All (n, stride), row-major.
 */
export interface Entries {
  readonly n: number;
  readonly stride: number;
  readonly X: Float64Array;
  readonly XBar: Float64Array;
  readonly curvatureRoot: Float64Array;
}

/**
 * The loss between X and the true permutation T, (n, n), as a sum over entries f(X, T): returns its value and fills f'
 * and the root of f'' of that sample. NaN where an entry that counts is below `least`: then the caller computes in logarithms.
 */
export type EntryCrossEntropy = (entries: Entries, T: Float64Array, least: number, sample: number) => number;

export const entryCrossEntropies: Record<Exclude<CrossEntropy, 'float32'>, EntryCrossEntropy> = {
  binary,
  row: categorical,
};

/** How log X and log(1 - X) count in the value, each times -T and -(1 - T), where the loss is a sum of logarithms. */
export function logWeights(crossEntropy: CrossEntropy, n: number): [ofX: number, ofRest: number] {
  return crossEntropy === 'row' ? [1 / n, 0] : [1 / (n * n), 1 / (n * n)];
}

/** -1/n^2 sum [ T log X + (1 - T) log(1 - X) ]. Near 1, 1 - X is the sum of the other entries of its row. */
function binary(entries: Entries, T: Float64Array, least: number, sample: number): number {
  const { n, stride, X, XBar, curvatureRoot } = entries;
  const begin = sample * n * stride;
  const scale = 1 / (n * n);
  let value = 0;
  for (let r = 0; r < n; r++) {
    let u = 0; // 1 - product of (1 - X) over the row's entries with X <= 1/2
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = X[k];
      const t = T[o];
      if (t === 0 && x <= 0.5) {
        const inverseRest = 1 / (1 - x);
        u += x - u * x;
        XBar[begin + k] = scale * inverseRest;
        curvatureRoot[begin + k] = inverseRest / n;
        continue;
      }
      const rest = x > 0.5 ? sumOfOthers(X, r * stride, n, k) : 1 - x;
      if ((t > 0 && x < least) || (t < 1 && rest < least)) return NaN;
      value -= (t === 0 ? 0 : t * logFrom(x, rest)) + (t === 1 ? 0 : (1 - t) * logFrom(rest, x));
      const inverse = t === 0 ? 0 : 1 / x; // x or rest may be 0 where it does not count
      const inverseRest = t === 1 ? 0 : 1 / rest;
      XBar[begin + k] = scale * ((1 - t) * inverseRest - t * inverse);
      curvatureRoot[begin + k] = (t === 0 ? inverseRest : t === 1 ? inverse : mixedRoot(t, inverse, inverseRest)) / n;
    }
    value -= Math.log1p(-u);
  }
  return scale * value;
}

/** The root of t / x^2 + (1 - t) / (1 - x)^2. */
function mixedRoot(t: number, inverse: number, inverseRest: number): number {
  return Math.hypot(Math.sqrt(t) * inverse, Math.sqrt(1 - t) * inverseRest);
}

/** log x, given 1 - x. */
function logFrom(x: number, rest: number): number {
  return x > 0.5 ? Math.log1p(-rest) : Math.log(x);
}

function sumOfOthers(X: Float64Array, o: number, n: number, own: number): number {
  let sum = 0;
  for (let k = o; k < o + n; k++) if (k !== own) sum += X[k];
  return sum;
}

/** -1/n sum T log X. */
function categorical(entries: Entries, T: Float64Array, least: number, sample: number): number {
  const { n, stride, X, XBar, curvatureRoot } = entries;
  const begin = sample * n * stride;
  let value = 0;
  for (let r = 0; r < n; r++) {
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = X[k];
      const t = T[o];
      if (t > 0 && x < least) return NaN;
      if (t > 0) value -= t * logFrom(x, x > 0.5 ? sumOfOthers(X, r * stride, n, k) : 1 - x);
      XBar[begin + k] = t === 0 ? 0 : -t / (n * x);
      curvatureRoot[begin + k] = t === 0 ? 0 : Math.sqrt(t / n) / x;
    }
  }
  return value / n;
}

const { fround } = Math;
const EPSILON = 1e-12;
const LEAST_LOG = -100;

/** A doubly stochastic matrix in float32 and f'(X); (n, stride), row-major. */
export interface Float32Entries {
  readonly n: number;
  readonly stride: number;
  readonly X: Float32Array;
  readonly XBar: Float32Array;
}

/**
 * The binary cross-entropy of PyTorch in float32, with its guards (see core/kernels/assembly/rows/float32.ts): its
 * value; fills f'.
 */
export function float32Binary({ n, stride, X, XBar }: Float32Entries, T: Float64Array): number {
  const scale = 1 / (n * n);
  let value = 0;
  for (let r = 0; r < n; r++) {
    let rest = 1; // product of (1 - X) over the row's entries with T = 0 and X < 1
    let u = 0; // 1 - rest without cancellation
    for (let k = r * stride, o = r * n; o < (r + 1) * n; k++, o++) {
      const x = Math.min(1, X[k]);
      const t = T[o];
      if (t === 0 && x < 1) {
        u += rest * x;
        rest *= 1 - x;
      } else {
        if (t !== 0) value -= t * Math.max(Math.log(x), LEAST_LOG);
        if (t !== 1) value -= (1 - t) * Math.max(Math.log1p(-x), LEAST_LOG);
      }
      XBar[k] = (scale * fround(x - t)) / Math.max(fround(x * fround(1 - x)), EPSILON);
    }
    value -= u < 0.5 ? Math.log1p(-u) : Math.log(rest);
  }
  return scale * value;
}
