import { type RowCrossEntropy, type RowFactors, type SoftmaxRows } from './rows.js';

const f32 = Math.fround;
const EPSILON = 1e-12;
const LEAST_LOG = -100;

/**
 * Binary cross-entropy as PyTorch computes it in float32 (torch.nn.BCELoss on a softmax, autograd once or twice), spikes included:
 *
 *     p         = P rounded to float32
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
function rowGradient({ n, P, T }: SoftmaxRows, r: number, scale: number, G: Float64Array): number {
  const first = r * n;
  let value = 0;
  let sum = 0;
  for (let k = first; k < first + n; k++) {
    const p = f32(P[k]!);
    value += float32Value(p, T[k]!);
    G[k] = f32(scale * float32First(p, T[k]!));
    sum = f32(sum + f32(G[k]! * p));
  }
  for (let k = first; k < first + n; k++) G[k] = f32(f32(G[k]! - sum) * f32(P[k]!));
  return value;
}

/** diag(S + v) + p w^T + w p^T with S = p^2 f'', v = p (f' - sum f' p), w = 1/2 sum(S) p - S - v. */
function rowHessian({ n, P, T }: SoftmaxRows, r: number, scale: number, { d, w, gamma }: RowFactors): void {
  const first = r * n;
  let sumA = 0;
  let sumS = 0;
  for (let k = first; k < first + n; k++) {
    const p = f32(P[k]!);
    d[k] = p * float32First(p, T[k]!);
    w[k] = p * p * float32Second(p, T[k]!);
    sumA += d[k]!;
    sumS += w[k]!;
  }
  for (let k = first; k < first + n; k++) {
    const p = f32(P[k]!);
    const v = d[k]! - p * sumA;
    const S = w[k]!;
    d[k] = scale * (S + v);
    w[k] = scale * (0.5 * sumS * p - S - v);
  }
  gamma[r] = 0;
}
