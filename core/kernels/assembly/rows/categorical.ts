import { d, firstRow, G, gamma, lastRow, logP, n, offset, P, rest, stride, T, w } from './rows';
import { clear, get, minus, pair, set, setPair, splat, times } from '../shared/vectors';

/**
 * Cross-entropy of every row of P with its row of T, the mean over the n rows; fills G:
 *
 *     value = -1/n sum_rc T log P,     G = (P - T) / n
 *
 * Returns `value` with the block's rows added, times n.
 */
export function addCategorical(value: f64): f64 {
  const scale = splat(1 / <f64>n);
  for (let r = firstRow; r < lastRow; r++) {
    const first = offset(r);
    for (let k = first; k < first + stride; k += 2) setPair(G, k, times(scale, minus(pair(P, k), pair(T, k))));
    set(G, first + r, (1 - get(T, first + r) - get(rest, r)) / <f64>n);
    for (let c = 0; c < n; c++) {
      const t = get(T, first + c);
      if (t != 0) value -= t * logP(r, c);
    }
  }
  return value;
}

/** Hessian of a row (diag(P) - P P^T) / n: fills d, w, gamma. */
export function categoricalFactors(): void {
  const scale = splat(1 / <f64>n);
  const half = splat(-0.5 / <f64>n);
  for (let k = 0; k < n * stride; k += 2) {
    setPair(d, k, times(scale, pair(P, k)));
    setPair(w, k, times(half, pair(P, k)));
  }
  clear(gamma, n);
}
