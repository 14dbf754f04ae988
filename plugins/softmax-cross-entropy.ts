import { zeros } from '../core/batch.js';
import { defineSampleLoss } from '../core/define.js';

/**
 * Cross-entropy of a softmax with a class label t, the reference whose Fisher matrix equals its Hessian in expectation.
 *
 *     p        = softmax(y)
 *     value    = log sum_j exp(y_j) - y_t
 *     gradient = p - e_t
 *     hessian  = diag(p) - p p^T
 */
export default defineSampleLoss<number, object>({
  name: 'softmax-cross-entropy',
  title: 'Softmax cross-entropy',
  source: 'Bishop, Pattern Recognition and Machine Learning, 2006, equations 4.104 to 4.110',
  params: { type: 'object', properties: {}, required: [], additionalProperties: false },
  target: { type: 'integer', minimum: 0 },
  capabilities: {
    gradient: 'exact',
    hessian: 'exact',
    hvp: true,
    convex: true,
    nonnegative: true,
    deterministic: true,
    fisher: true,
  },

  create: () => ({
    reject: (t, m) => (t < m ? undefined : `should be a class index below ${m}, the number of outputs, got ${t}`),
    value(y, t) {
      const top = y.indexOf(Math.max(...y));
      let others = 0; // the leader's own term is the 1 in log1p
      for (let j = 0; j < y.length; j++) if (j !== top) others += Math.exp(y[j]! - y[top]!);
      return Math.log1p(others) + (y[top]! - y[t]!);
    },
    gradient(y, t) {
      const p = softmax(y);
      let others = 0;
      for (let j = 0; j < p.length; j++) if (j !== t) others += p[j]!;
      p[t] = -others; // p_t - 1 without cancellation
      return p;
    },
    hessian(y) {
      const p = softmax(y);
      const m = p.length;
      const H = new Float64Array(m * m);
      for (let a = 0; a < m; a++) {
        for (let b = 0; b < m; b++) {
          if (a === b) continue;
          H[a * m + b] = -p[a]! * p[b]!;
          H[a * m + a]! += p[a]! * p[b]!; // p_a (1 - p_a)
        }
      }
      return H;
    },
  }),

  sample(_params, rng, rows) {
    const y = zeros(rows, 5);
    for (let k = 0; k < y.data.length; k++) y.data[k] = 2 * rng.normal();
    return { y, targets: Array.from({ length: rows }, () => rng.integer(5)) };
  },
});

function softmax(y: Float64Array): Float64Array {
  const top = Math.max(...y);
  const p = y.map((yj) => Math.exp(yj - top));
  const sum = p.reduce((a, b) => a + b);
  return p.map((pj) => pj / sum);
}
