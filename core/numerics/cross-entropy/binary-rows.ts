import { conditionalRow, logP, logRest, type RowCrossEntropy, type RowFactors, type SoftmaxRows, TINY } from './rows.js';

/**
 * Binary cross-entropy of every entry of P with T, the mean over the n * n entries:
 *
 *     value = -1/n^2 sum_rc [ T log P + (1 - T) log(1 - P) ]
 *
 * The one entry of a row that can come near 1, its peak, is handled through 1 - P[r, r] = rest and the softmax q of the others, so that
 * nothing cancels or overflows when a row saturates: log(1 - P_peak) = logsumexp of the others - logsumexp of all.
 */
export const binaryRows: RowCrossEntropy = {
  gradient(rows, G) {
    const { n } = rows;
    const scale = 1 / (n * n);
    let value = 0;
    for (let r = 0; r < n; r++) value += rowGradient(rows, r, scale, G);
    return scale * value;
  },

  hessian(rows, factors) {
    const { n } = rows;
    for (let r = 0; r < n; r++) rowHessian(rows, r, 1 / (n * n), factors);
  },
};

/**
 * With c = 1 - T, o = c P / (1 - P) and B = sum of o off the peak, the gradient off the peak is
 *
 *     G_k = P_k (1 + c_k - B + o_k) - T_k - c_peak P_peak q_k
 *
 * and the row sums to 0. Returns the row's value, unscaled.
 */
function rowGradient(rows: SoftmaxRows, r: number, scale: number, G: Float64Array): number {
  const { n, P, T } = rows;
  const first = r * n;
  const peak = first + r;
  const rest = rows.rest[r]!;
  const cPeak = 1 - T[peak]!;
  let value = cPeak === 0 ? 0 : -cPeak * logRest(rows, r);
  let B = 0;
  let u = 0; // 1 - product of (1 - P) over the entries off the peak with T = 0
  for (let k = first; k < first + n; k++) {
    const t = T[k]!;
    if (t !== 0) value -= t * logP(rows, r, k - first);
    if (k === peak) continue;
    const p = P[k]!;
    const o = ((1 - t) * p) / (1 - p);
    G[k] = o;
    B += o;
    if (t === 0) u += p - u * p;
    else if (t < 1) value -= (1 - t) * Math.log1p(-p);
  }
  value -= Math.log1p(-u);
  if (cPeak !== 0 && rest < TINY) saturatedRow(rows, r, scale, G);
  else {
    const base = 2 - B - (cPeak === 0 ? 0 : (cPeak * P[peak]!) / rest);
    for (let k = first; k < first + n; k++) G[k] = scale * (P[k]! * (base - T[k]! + G[k]!) - T[k]!);
  }
  G[peak] = 0;
  let sum = 0;
  for (let k = first; k < first + n; k++) sum += G[k]!;
  G[peak] = -sum;
  return value;
}

/** The same where every P off the peak underflows: -T_k - c_peak q_k. */
function saturatedRow(rows: SoftmaxRows, r: number, scale: number, G: Float64Array): void {
  const { n, T } = rows;
  const cPeak = 1 - T[r * n + r]!;
  conditionalRow(rows, r, G);
  for (let k = r * n; k < (r + 1) * n; k++) G[k] = scale * (-T[k]! - cPeak * G[k]!);
}

/** Above this a row's peak is far enough from 1 to be treated like any other entry (error below 1e-16 / rest^2). */
const UNSATURATED = 0.01;

/**
 * For a loss that is a sum over entries f(P_k), with a = P f' and S = P^2 f'', and v = a - P sum(a):
 *
 *     Hessian = diag(S + v) + P w^T + w P^T,     w = 1/2 sum(S) P - S - v
 *
 * A saturated peak is left out of that sum and its own term added, diag(P) - P P^T - c_peak (diag(q) - q q^T).
 */
function rowHessian(rows: SoftmaxRows, r: number, scale: number, { d, w, q, gamma }: RowFactors): void {
  const { n, P, T, rest } = rows;
  const first = r * n;
  const peak = first + r;
  const saturated = rest[r]! < UNSATURATED;
  let sumA = 0;
  let sumS = 0;
  for (let k = first; k < first + n; k++) {
    const p = P[k]!;
    const t = T[k]!;
    const inverse = k === peak ? (saturated ? 0 : 1 / rest[r]!) : 1 / (1 - p);
    const a = (p - t) * inverse;
    const S = (p * (p - 2 * t) + t) * inverse * inverse;
    d[k] = a;
    w[k] = S;
    sumA += a;
    sumS += S;
  }
  const own = saturated ? 1 : 0; // of diag(P) - P P^T
  for (let k = first; k < first + n; k++) {
    const p = P[k]!;
    const v = d[k]! - p * sumA;
    const S = w[k]!;
    d[k] = scale * (S + v + own * p);
    w[k] = scale * (0.5 * (sumS - own) * p - S - v);
  }
  const cPeak = 1 - T[peak]!;
  gamma[r] = saturated ? scale * cPeak : 0;
  if (gamma[r] === 0) return;
  conditionalRow(rows, r, q);
  for (let k = first; k < first + n; k++) d[k]! -= gamma[r]! * q[k]!;
}
