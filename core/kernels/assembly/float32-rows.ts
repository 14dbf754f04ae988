import { finishRow } from './binary-rows';
import { d, G, gamma, n, P, scratch, stride, T, w } from './rows';
import { get, set } from './vectors';

const EPSILON: f64 = 1e-12;
const LEAST_LOG: f64 = -100;

@inline
function f32Of(x: f64): f64 {
  return <f64>(<f32>x);
}

/**
 * Binary cross-entropy as PyTorch computes it in float32 (torch.nn.BCELoss on a softmax, autograd once or twice), spikes included:
 *
 *     p         = P, its exponentials, their sum and the quotient each rounded to float32
 *     value     = -1/n^2 sum [ T max(log p, -100) + (1 - T) max(log(1 - p), -100) ]
 *     f'(p)     = (p - T) / max(p (1 - p), 1e-12)
 *     f''(p)    = (p^2 - 2 p T + T) / ((p + 1e-12)^2 (1 - p + 1e-12)^2)
 *
 * Where a wrong entry rounds to 1, f' is 1e12 and the gradient 1e4 to 1e5 instead of about 1. The published results of NeuralSort,
 * SoftSort and the sorting networks were trained with this; it is here to reproduce them. Fills G, with products and sums rounded as a
 * float32 softmax backward pass rounds them: G = p (f' - sum f' p).
 */
export function float32Gradient(): f64 {
  const scale = 1 / <f64>(n * n);
  let value: f64 = 0;
  for (let r = 0; r < n; r++) {
    const first = r * stride;
    roundRow(r);
    let slopes: f64 = 0;
    for (let k = first; k < first + n; k++) {
      const p = get(scratch, k);
      const t = get(T, k);
      value -= t * max(Math.log(p), LEAST_LOG) + (1 - t) * max(Math.log(1 - p), LEAST_LOG);
      const slope = f32Of(scale * first32(p, t));
      set(G, k, slope);
      slopes = f32Of(slopes + f32Of(slope * p));
    }
    for (let k = first; k < first + n; k++) set(G, k, f32Of(f32Of(get(G, k) - slopes) * get(scratch, k)));
  }
  return scale * value;
}

/** Fills d, w, gamma, from a = p f' and S = p^2 f'' like the exact binary loss. P itself is rounded. */
export function float32Hessian(): void {
  for (let r = 0; r < n; r++) {
    const first = r * stride;
    roundRow(r);
    let sumA: f64 = 0;
    let sumS: f64 = 0;
    for (let k = first; k < first + n; k++) {
      const p = get(scratch, k);
      const t = get(T, k);
      const a = p * first32(p, t);
      const S = p * p * second32(p, t);
      set(P, k, p);
      set(d, k, a);
      set(w, k, S);
      sumA += a;
      sumS += S;
    }
    finishRow(first, 1 / <f64>(n * n), sumA, sumS, 0);
    set(gamma, r, 0);
  }
}

function first32(p: f64, t: f64): f64 {
  return (p - t) / max(f32Of(p * f32Of(1 - p)), EPSILON);
}

function second32(p: f64, t: f64): f64 {
  const root = (p + EPSILON) * (1 - p + EPSILON);
  return (p * (p - 2 * t) + t) / (root * root);
}

/** Row r of scratch = row r of P as a float32 softmax gives it. */
function roundRow(r: i32): void {
  const first = r * stride;
  const peak = get(P, first + r);
  let total: f64 = 0;
  for (let k = first; k < first + n; k++) {
    const weight = f32Of(get(P, k) / peak);
    set(scratch, k, weight);
    total = f32Of(total + weight);
  }
  for (let k = first; k < first + n; k++) set(scratch, k, f32Of(get(scratch, k) / total));
}
