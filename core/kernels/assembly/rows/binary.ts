import {
  conditionalRow, d, firstRow, G, gamma, lastRow, logP, logRest, n, offset, P, q, rest, stride, T, TINY, w,
} from './rows';
import { get, minus, pair, plus, set, setPair, splat, sum, times } from '../shared/vectors';

/**
 * Binary cross-entropy of every entry of P with T, the mean over the n * n entries:
 *
 *     value = -1/n^2 sum_rc [ T log P + (1 - T) log(1 - P) ]
 *
 * The one entry of a row that can come near 1, its peak, is handled through 1 - P[r, r] = rest and the softmax q of the
 * others, so that nothing cancels or overflows when a row saturates: log(1 - P_peak) = logsumexp of the others -
 * logsumexp of all. Fills G. Returns `value` with the block's rows added, times n^2.
 */
export function addBinary(value: f64): f64 {
  const scale = 1 / (<f64>n * <f64>n);
  for (let r = firstRow; r < lastRow; r++) value += rowGradient(r, scale);
  return value;
}

/**
 * With c = 1 - T, o = c P / (1 - P) and B = sum of o off the peak, the gradient off the peak is
 *
 *     G_k = P_k (1 + c_k - B + o_k) - T_k - c_peak P_peak q_k
 *
 * and the row sums to 0, as adding a constant to its logits changes nothing: that gives the peak's entry to full
 * accuracy. Returns the value, unscaled.
 */
function rowGradient(r: i32, scale: f64): f64 {
  const first = offset(r);
  const peak = first + r;
  const pPeak = get(P, peak);
  const cPeak = 1 - get(T, peak);
  const one = splat(1);
  let value: f64 = cPeak == 0 ? 0 : -cPeak * logRest(r);
  set(P, peak, 0); // drops out of B and u
  let B = splat(0);
  let u = splat(0); // 1 - product of (1 - P) over the entries off the peak with T = 0, two products side by side
  for (let k = first; k < first + stride; k += 2) {
    const p = pair(P, k);
    const t = pair(T, k);
    const o = times(minus(one, t), v128.div<f64>(p, minus(one, p)));
    setPair(G, k, o);
    B = plus(B, o);
    const open = v128.and(p, v128.eq<f64>(t, splat(0)));
    u = plus(u, minus(open, times(u, open)));
  }
  for (let k = first; k < first + n; k++) {
    const t = get(T, k);
    if (t == 0) continue;
    if (t < 1 && k != peak) value -= (1 - t) * Math.log1p(-get(P, k));
    value -= t * logP(r, k - first);
  }
  const u0 = v128.extract_lane<f64>(u, 0);
  const u1 = v128.extract_lane<f64>(u, 1);
  value -= Math.log1p(-(u0 + u1 - u0 * u1));
  set(P, peak, pPeak);
  if (cPeak != 0 && get(rest, r) < TINY) saturatedRow(r, scale, cPeak);
  else {
    const base = splat(2 - sum(B) - (cPeak == 0 ? 0 : (cPeak * pPeak) / get(rest, r)));
    const factor = splat(scale);
    for (let k = first; k < first + stride; k += 2) {
      const t = pair(T, k);
      setPair(G, k, times(factor, minus(times(pair(P, k), plus(minus(base, t), pair(G, k))), t)));
    }
  }
  set(G, peak, 0);
  let others = splat(0);
  for (let k = first; k < first + stride; k += 2) others = plus(others, pair(G, k));
  set(G, peak, -sum(others));
  return value;
}

/** The same where every P off the peak underflows: -T_k - c_peak q_k. */
function saturatedRow(r: i32, scale: f64, cPeak: f64): void {
  conditionalRow(r, G);
  for (let k = offset(r); k < offset(r) + n; k++) set(G, k, scale * (-get(T, k) - cPeak * get(G, k)));
}

/** Above this a row's peak is far enough from 1 to be treated like any other entry (error below 1e-16 / rest^2). */
const UNSATURATED: f64 = 0.01;

/**
 * Fills d, w, q, gamma. For a loss that is a sum over entries f(P_k), with a = P f', S = P^2 f'' and v = a - P sum(a):
 *
 *     Hessian = diag(S + v) + P w^T + w P^T,     w = 1/2 sum(S) P - S - v
 *
 * A saturated peak is left out of that sum and its own term added, diag(P) - P P^T - c_peak (diag(q) - q q^T).
 */
export function binaryFactors(): void {
  for (let r = 0; r < n; r++) rowHessian(r, 1 / (<f64>n * <f64>n));
}

function rowHessian(r: i32, scale: f64): void {
  const first = offset(r);
  const peak = first + r;
  const pPeak = get(P, peak);
  const tPeak = get(T, peak);
  const one = splat(1);
  set(P, peak, 0);
  set(T, peak, 0);
  let aSum = splat(0);
  let sSum = splat(0);
  for (let k = first; k < first + stride; k += 2) {
    const p = pair(P, k);
    const t = pair(T, k);
    const inverse = v128.div<f64>(one, minus(one, p));
    const a = times(minus(p, t), inverse);
    const S = times(times(plus(times(p, minus(p, plus(t, t))), t), inverse), inverse);
    setPair(d, k, a);
    setPair(w, k, S);
    aSum = plus(aSum, a);
    sSum = plus(sSum, S);
  }
  set(P, peak, pPeak);
  set(T, peak, tPeak);
  let sumA = sum(aSum);
  let sumS = sum(sSum);
  const saturated = get(rest, r) < UNSATURATED;
  if (!saturated) {
    const inverse = 1 / get(rest, r);
    set(d, peak, (pPeak - tPeak) * inverse);
    set(w, peak, (pPeak * (pPeak - 2 * tPeak) + tPeak) * inverse * inverse);
    sumA += get(d, peak);
    sumS += get(w, peak);
  }
  const own: f64 = saturated ? 1 : 0; // of diag(P) - P P^T
  finishRow(first, scale, sumA, sumS, own);
  const c = saturated ? scale * (1 - tPeak) : 0;
  set(gamma, r, c);
  if (c == 0) return;
  conditionalRow(r, q);
  for (let k = first; k < first + stride; k += 2) setPair(d, k, minus(pair(d, k), times(splat(c), pair(q, k))));
}

/** From a and S in d and w to the factors, with `own` times diag(P) - P P^T added. */
export function finishRow(first: i32, scale: f64, sumA: f64, sumS: f64, own: f64): void {
  const factor = splat(scale);
  const slope = splat(sumA);
  const half = splat(0.5 * (sumS - own));
  const owned = splat(own);
  for (let k = first; k < first + stride; k += 2) {
    const p = pair(P, k);
    const S = pair(w, k);
    const rise = plus(S, minus(pair(d, k), times(p, slope)));
    setPair(d, k, times(factor, plus(rise, times(owned, p))));
    setPair(w, k, times(factor, minus(times(half, p), rise)));
  }
}
