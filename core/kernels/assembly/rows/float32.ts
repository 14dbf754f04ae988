import { finishRow } from './binary';
import { d, firstRow, G, gamma, lastRow, n, offset, P, places, scratch, T, w } from './rows';
import { at, get, integer, set } from '../shared/vectors';

const EPSILON: f64 = 1e-12;
const LEAST_LOG: f64 = -100;

@inline
function f32Of(x: f64): f64 {
  return <f64>(<f32>x);
}

/**
 * Binary cross-entropy as PyTorch computes it in float32 (torch.nn.BCELoss on a softmax, autograd once or twice),
 * spikes included:
 *
 *     p         = P, its exponentials, their sum and the quotient each rounded to float32
 *     value     = -1/n^2 sum [ T max(log p, -100) + (1 - T) max(log(1 - p), -100) ]
 *     f'(p)     = (p - T) / max(p (1 - p), 1e-12)
 *     f''(p)    = (p^2 - 2 p T + T) / ((p + 1e-12)^2 (1 - p + 1e-12)^2)
 *
 * Where a wrong entry rounds to 1, f' is 1e12 and the gradient 1e4 to 1e5 instead of about 1. The published results of
 * NeuralSort, SoftSort and the sorting networks were trained with this; it is here to reproduce them. Fills G, with
 * products and sums rounded as a float32 softmax backward pass rounds them, G = p (f' - sum f' p): its rows do not sum
 * to 0. Sums are over the items as they come, since the order decides which of them round to 1. Returns `value` with
 * the block's rows added, times n^2.
 */
export function addFloat32(value: f64): f64 {
  const scale = 1 / (<f64>n * <f64>n);
  const p = scratch;
  for (let r = firstRow; r < lastRow; r++) {
    const row = at(G, offset(r));
    const target = at(T, offset(r));
    roundRow(r);
    let slopes: f64 = 0;
    for (let item = 0; item < n; item++) {
      const c = integer(places, item);
      const p_c = get(p, c);
      const t = get(target, c);
      value -= logLikelihood(p_c, t);
      const slope = f32Of(scale * first32(p_c, t));
      set(row, c, slope);
      slopes = f32Of(slopes + f32Of(slope * p_c));
    }
    for (let c = 0; c < n; c++) set(row, c, f32Of(f32Of(get(row, c) - slopes) * get(p, c)));
  }
  return value;
}

/** Fills d, w, gamma, from a = p f' and S = p^2 f'' like the exact binary loss. P itself is rounded. */
export function float32Factors(): void {
  for (let r = 0; r < n; r++) {
    const first = offset(r);
    roundRow(r);
    let sumA: f64 = 0;
    let sumS: f64 = 0;
    for (let c = 0, k = first; c < n; c++, k++) {
      const p = get(scratch, c);
      const t = get(T, k);
      const a = p * first32(p, t);
      const S = p * p * second32(p, t);
      set(P, k, p);
      set(d, k, a);
      set(w, k, S);
      sumA += a;
      sumS += S;
    }
    finishRow(first, 1 / (<f64>n * <f64>n), sumA, sumS, 0);
    set(gamma, r, 0);
  }
}

/** t log p + (1 - t) log(1 - p), clamped; a logarithm that does not count is not taken. */
@inline
function logLikelihood(p: f64, t: f64): f64 {
  if (t == 0) return max(Math.log1p(-p), LEAST_LOG);
  if (t == 1) return max(Math.log(p), LEAST_LOG);
  return t * max(Math.log(p), LEAST_LOG) + (1 - t) * max(Math.log1p(-p), LEAST_LOG);
}

function first32(p: f64, t: f64): f64 {
  return (p - t) / max(f32Of(p * f32Of(1 - p)), EPSILON);
}

function second32(p: f64, t: f64): f64 {
  const root = (p + EPSILON) * (1 - p + EPSILON);
  return (p * (p - 2 * t) + t) / (root * root);
}

/** scratch = row r of P as a float32 softmax gives it. */
function roundRow(r: i32): void {
  const row = at(P, offset(r));
  const peak = get(row, r);
  let total: f64 = 0;
  for (let item = 0; item < n; item++) {
    const c = integer(places, item);
    const weight = f32Of(get(row, c) / peak);
    set(scratch, c, weight);
    total = f32Of(total + weight);
  }
  for (let c = 0; c < n; c++) set(scratch, c, f32Of(get(scratch, c) / total));
}
