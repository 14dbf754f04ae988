import { type Batch, zeros } from '../batch.js';
import { orderOf } from '../ranking.js';

/** The soft permutation of one vector of n scores y, and the product of its Jacobian with a row from the left. */
export interface SoftPermutation {
  /** (n, n): P[rank, item]. */
  readonly P: Batch;
  /**
   * (n): sum_rj G[r, j] dP[r, j] / dy for a cotangent G (n, n), which may be overwritten. To be called before the next
   * soft permutation is computed.
   */
  pullback(G: Batch): Float64Array;
}

/**
 * A soft permutation whose rows are softmaxes, P[r, :] = softmax_j L[r, j] / tau: a cotangent G of P is one of L,
 *
 *     LBar[r, j] = P[r, j] (G[r, j] - sum_k P[r, k] G[r, k])
 *
 * which `toScores` takes on to the scores.
 */
export function softmaxPermutation(
  P: Batch,
  temperature: number,
  toScores: (LBar: Batch) => Float64Array,
): SoftPermutation {
  return {
    P,
    pullback(G) {
      const n = P.cols;
      const LBar = zeros(n, n);
      for (let r = 0; r < n; r++) {
        let mean = 0;
        for (let k = r * n; k < (r + 1) * n; k++) mean += P.data[k] * G.data[k];
        for (let k = r * n; k < (r + 1) * n; k++) LBar.data[k] = P.data[k] * (G.data[k] - mean);
      }
      const gradient = toScores(LBar);
      for (let j = 0; j < n; j++) gradient[j] /= temperature;
      return gradient;
    },
  };
}

/**
 * Of SoftSort's logits L[r, j] = -|x_r - y_j|, x the scores in order: with s[r, j] = sign(x_r - y_j), 0 of equal scores,
 *
 *     yBar_j = sum_r s[r, j] LBar[r, j] - sum_k s[rank of j, k] LBar[rank of j, k]
 */
export function softSortLogitsPullback(y: Float64Array, { cols: n, data: LBar }: Batch): Float64Array {
  const yBar = new Float64Array(n);
  orderOf(y).forEach((item, r) => {
    let slope = 0;
    for (let j = 0; j < n; j++) {
      const pull = Math.sign(y[item] - y[j]) * LBar[r * n + j];
      yBar[j] += pull;
      slope += pull;
    }
    yBar[item] -= slope;
  });
  return yBar;
}

/**
 * Of NeuralSort's logits L[r, j] = (2 r + 1 - n) y_j - sum_l |y_j - y_l|: with B_j = sum_r LBar[r, j], equal scores
 * having slope 0 in their difference,
 *
 *     yBar_j = sum_r (2 r + 1 - n) LBar[r, j] - sum_l sign(y_j - y_l) (B_j + B_l)
 */
export function neuralSortLogitsPullback(y: Float64Array, { cols: n, data: LBar }: Batch): Float64Array {
  const yBar = new Float64Array(n);
  const B = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    for (let j = 0; j < n; j++) {
      B[j] += LBar[r * n + j];
      yBar[j] += (2 * r + 1 - n) * LBar[r * n + j];
    }
  }
  for (let j = 0; j < n; j++) {
    for (let l = 0; l < n; l++) yBar[j] -= Math.sign(y[j] - y[l]) * (B[j] + B[l]);
  }
  return yBar;
}
