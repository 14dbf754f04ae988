import { finishRow } from './binary';
import { d, firstRow, G, gamma, lastRow, n, offset, P, places, stride, T, w } from './rows';
import { at, get, integer, minus, pair, plus, plusTimes, set, setPair, splat, times } from '../shared/vectors';

const EPSILON: f64 = 1e-12;
const LEAST_LOG: f64 = -100;

/** Two numbers rounded to float32. */
@inline
function rounded(x: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(x));
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
 * to 0. Sums are over the items as they come, since the order decides which of them round to 1. P becomes p. Returns
 * `value` with the block's rows added, times n^2.
 */
export function addFloat32(value: f64): f64 {
  const scale = splat(1 / (<f64>n * <f64>n));
  for (let r = firstRow; r < lastRow; r++) {
    const row = at(G, offset(r));
    const p = at(P, offset(r));
    const target = at(T, offset(r));
    roundRow(r);
    value -= logLikelihood(p, target);
    for (let c = 0; c < stride; c += 2) {
      setPair(row, c, rounded(times(scale, first32(pair(p, c), pair(target, c)))));
    }
    let slopes: f32 = 0;
    for (let item = 0; item < n; item++) {
      const c = integer(places, item);
      slopes += <f32>get(row, c) * <f32>get(p, c);
    }
    const sum = splat(<f64>slopes);
    for (let c = 0; c < stride; c += 2) {
      setPair(row, c, rounded(times(rounded(minus(pair(row, c), sum)), pair(p, c))));
    }
  }
  return value;
}

/** Fills d, w, gamma, from a = p f' and S = p^2 f'' like the exact binary loss; after `roundRows`. */
export function float32Factors(): void {
  for (let r = 0; r < n; r++) {
    const first = offset(r);
    for (let k = first; k < first + stride; k += 2) {
      const p = pair(P, k);
      const t = pair(T, k);
      setPair(d, k, times(p, first32(p, t)));
      setPair(w, k, times(times(p, p), second32(p, t)));
    }
    let sumA: f64 = 0;
    let sumS: f64 = 0;
    for (let k = first; k < first + n; k++) {
      sumA += get(d, k);
      sumS += get(w, k);
    }
    finishRow(first, 1 / (<f64>n * <f64>n), sumA, sumS, 0);
    set(gamma, r, 0);
  }
}

/**
 * The sum of T log p + (1 - T) log(1 - p) over a row that is rounded, each logarithm at least -100. Those of 1 - p
 * where T = 0 are one, of their product: entries of a row sum to 1, so that it does not underflow. Near 1, what it lacks
 * counts.
 */
function logLikelihood(row: usize, target: usize): f64 {
  const one = splat(1);
  let whole = one;
  let missing = splat(0); // 1 - whole without cancellation
  let sum: f64 = 0;
  for (let c = 0; c < stride; c += 2) {
    const p = v128.and(pair(row, c), f64x2.eq(pair(target, c), splat(0)));
    const certain = f64x2.eq(p, one);
    const open = v128.andnot(p, certain);
    if (v128.any_true(certain)) sum += LEAST_LOG * <f64>popcnt(i64x2.bitmask(certain));
    missing = plusTimes(whole, open, missing);
    whole = times(whole, minus(one, open));
  }
  const m0 = f64x2.extract_lane(missing, 0);
  const m1 = f64x2.extract_lane(missing, 1);
  const product = f64x2.extract_lane(whole, 0) * f64x2.extract_lane(whole, 1);
  sum += product > 0.5 ? Math.log1p(-(m0 + m1 - m0 * m1)) : Math.log(product);
  for (let c = 0; c < n; c++) {
    const t = get(target, c);
    if (t == 0) continue;
    const p = get(row, c);
    sum += t * max(Math.log(p), LEAST_LOG);
    if (t < 1) sum += (1 - t) * max(Math.log1p(-p), LEAST_LOG);
  }
  return sum;
}

@inline
function first32(p: v128, t: v128): v128 {
  const variance = rounded(times(p, rounded(minus(splat(1), p))));
  return f64x2.div(minus(p, t), f64x2.pmax(variance, splat(EPSILON)));
}

@inline
function second32(p: v128, t: v128): v128 {
  const epsilon = splat(EPSILON);
  const root = times(plus(p, epsilon), plus(minus(splat(1), p), epsilon));
  return f64x2.div(plus(times(p, minus(p, plus(t, t))), t), times(root, root));
}

/** The block's rows of P as a float32 softmax gives them. */
export function roundRows(): void {
  for (let r = firstRow; r < lastRow; r++) roundRow(r);
}

function roundRow(r: i32): void {
  const row = at(P, offset(r));
  const peak = splat(get(row, r));
  for (let c = 0; c < stride; c += 2) setPair(row, c, rounded(f64x2.div(pair(row, c), peak)));
  let total: f32 = 0;
  for (let item = 0; item < n; item++) total += <f32>get(row, integer(places, item));
  const sum = splat(<f64>total);
  for (let c = 0; c < stride; c += 2) setPair(row, c, rounded(f64x2.div(pair(row, c), sum)));
}
