import { type Batch, zeros } from '../batch.js';

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
