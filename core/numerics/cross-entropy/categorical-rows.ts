import { logP, type RowCrossEntropy } from './rows.js';

/**
 * Cross-entropy of every row of P with its row of T, the mean over the n rows:
 *
 *     value = -1/n sum_rc T log P,     gradient (P - T) / n,     Hessian of a row (diag(P) - P P^T) / n
 */
export const categoricalRows: RowCrossEntropy = {
  gradient(rows, G) {
    const { n, P, rest, T } = rows;
    let value = 0;
    for (let r = 0; r < n; r++) {
      for (let c = 0, k = r * n; c < n; c++, k++) {
        const t = T[k]!;
        if (t !== 0) value -= t * logP(rows, r, c);
        G[k] = (c === r ? 1 - t - rest[r]! : P[k]! - t) / n;
      }
    }
    return value / n;
  },

  hessian({ n, P }, { d, w, gamma }) {
    for (let k = 0; k < n * n; k++) {
      d[k] = P[k]! / n;
      w[k] = (-0.5 * P[k]!) / n;
    }
    gamma.fill(0);
  },
};
