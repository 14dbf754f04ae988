import { type RowCrossEntropy, type RowFactors, type SoftmaxRows } from './rows.js';

const f32 = Math.fround;
const EPSILON = 1e-12;
const LEAST_LOG = -100;

/**
 * Binary cross-entropy as PyTorch computes it in float32 (torch.nn.BCELoss on a softmax, autograd once or twice), spikes included:
 *
 *     p         = P, its exponentials, their sum and the quotient each rounded to float32
 *     value     = -1/n^2 sum [ T max(log p, -100) + (1 - T) max(log(1 - p), -100) ]
 *     f'(p)     = (p - T) / max(p (1 - p), 1e-12)
 *     f''(p)    = (p^2 - 2 p T + T) / ((p + 1e-12)^2 (1 - p + 1e-12)^2)
 *
 * Where a wrong entry rounds to 1, f' is 1e12 and the gradient 1e4 to 1e5 instead of about 1. The published results of NeuralSort,
 * SoftSort and the sorting networks were trained with this; it is here to reproduce them.
 */
export const float32Rows: RowCrossEntropy = {
  gradient(rows, G) {
    const { n } = rows;
    let value = 0;
    for (let r = 0; r < n; r++) value += rowGradient(rows, r, 1 / (n * n), G);
    return value / (n * n);
  },

  hessian(rows, factors) {
    const { n } = rows;
    for (let r = 0; r < n; r++) rowHessian(rows, r, 1 / (n * n), factors);
  },
};

/** -T log p - (1 - T) log(1 - p), each logarithm at least -100. */
export function float32Value(p: number, t: number): number {
  return -t * Math.max(Math.log(p), LEAST_LOG) - (1 - t) * Math.max(Math.log(1 - p), LEAST_LOG);
}

export function float32First(p: number, t: number): number {
  return (p - t) / Math.max(f32(p * f32(1 - p)), EPSILON);
}

export function float32Second(p: number, t: number): number {
  return (p * (p - 2 * t) + t) / ((p + EPSILON) * (1 - p + EPSILON)) ** 2;
}

/** G = p (f' - sum f' p), products and sum rounded as a float32 softmax backward pass rounds them. */
function rowGradient(rows: SoftmaxRows, r: number, scale: number, G: Float64Array): number {
  const { n, T } = rows;
  const { p, slope } = roundedRow(rows, r);
  let value = 0;
  let sum = 0;
  for (let c = 0; c < n; c++) {
    const t = T[r * n + c]!;
    value += float32Value(p[c]!, t);
    slope[c] = scale * float32First(p[c]!, t);
    sum = f32(sum + f32(slope[c]! * p[c]!));
  }
  for (let c = 0; c < n; c++) G[r * n + c] = f32(f32(slope[c]! - sum) * p[c]!);
  return value;
}

/** diag(S + v) + p w^T + w p^T with S = p^2 f'', v = p (f' - sum f' p), w = 1/2 sum(S) p - S - v. */
function rowHessian(rows: SoftmaxRows, r: number, scale: number, { d, w, gamma }: RowFactors): void {
  const { n, T } = rows;
  const first = r * n;
  const { p } = roundedRow(rows, r);
  let sumA = 0;
  let sumS = 0;
  for (let c = 0; c < n; c++) {
    d[first + c] = p[c]! * float32First(p[c]!, T[first + c]!);
    w[first + c] = p[c]! * p[c]! * float32Second(p[c]!, T[first + c]!);
    sumA += d[first + c]!;
    sumS += w[first + c]!;
  }
  for (let c = 0; c < n; c++) {
    const v = d[first + c]! - p[c]! * sumA;
    const S = w[first + c]!;
    d[first + c] = scale * (S + v);
    w[first + c] = scale * (0.5 * sumS * p[c]! - S - v);
  }
  gamma[r] = 0;
}

const scratch = { p: new Float32Array(0), slope: new Float32Array(0) };

/** Row r of P as a float32 softmax gives it, in an array that the next call overwrites. */
function roundedRow({ n, P }: SoftmaxRows, r: number): typeof scratch {
  if (scratch.p.length !== n) Object.assign(scratch, { p: new Float32Array(n), slope: new Float32Array(n) });
  const { p } = scratch;
  const peak = P[r * n + r]!;
  let sum = 0;
  for (let c = 0; c < n; c++) {
    p[c] = P[r * n + c]! / peak;
    sum = f32(sum + p[c]!);
  }
  for (let c = 0; c < n; c++) p[c]! /= sum;
  return scratch;
}
