import { defineSampleLoss, outputsTarget, zeros } from '../core/index.js';

/**
 * Half the squared distance to a target vector, the reference: the Newton loss of it (lambda = 0) is itself.
 *
 *     value    = 1/2 |y - t|^2
 *     gradient = y - t
 *     hessian  = I
 */
export default defineSampleLoss({
  name: 'mse',
  title: 'Half squared error',
  source: 'Petersen et al., Newton Losses, NeurIPS 2024',
  target: outputsTarget,
  capabilities: { convex: true, nonnegative: true },

  create: () => ({
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, one an output, got ${t.length}`),
    value: (y, t) => y.reduce((sum, yj, j) => sum + 0.5 * (yj - t[j]) ** 2, 0),
    gradient: (y, t) => y.map((yj, j) => yj - t[j]),
    hessian: (y) => Float64Array.from({ length: y.length ** 2 }, (_, k) => (k % (y.length + 1) === 0 ? 1 : 0)),
  }),

  sample(_params, rng, rows, m = 4) {
    const y = zeros(rows, m);
    for (let k = 0; k < y.data.length; k++) y.data[k] = rng.normal();
    return { y, targets: Array.from({ length: rows }, () => Array.from({ length: m }, () => rng.normal())) };
  },
});
