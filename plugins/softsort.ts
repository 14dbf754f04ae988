import { orderOf } from '../core/index.js';
import { defineRowLoss, softsortKernel } from '../core/sorting/index.js';

/**
 * SoftSort: the distribution over items at rank r falls off with the distance to the r-th smallest score.
 *
 *     P[r, :] = softmax_j( -|sort(y)_r - y_j| / tau )            sort ascending, tau = temperature
 *     value   = cross-entropy of P and the true permutation
 *
 * In sorted places x, over tau, the logits are L[r, c] = -|x_r - x_c|, so their Jacobian is a matrix of signs and
 * exp(L) a product of the exponentials of neighbouring gaps: the kernel takes these, and logits where they underflow.
 * Equal scores have slope 0 in their difference. Value and gradient O(n^2), Hessian O(n^3) with one product.
 */
const { plugin, operators } = defineRowLoss({
  name: 'softsort',
  title: 'SoftSort',
  source:
    'Prillo and Eisenschlos, SoftSort: A Continuous Relaxation for the argsort Operator, ICML 2020, with d(x, y) = |x - y|',
  temperature: 0.1,
  spread: 0.2,
  logits(x, r, L) {
    for (let c = 0; c < x.length; c++) L[c] = -Math.abs(x[r] - x[c]);
  },
  kernel: softsortKernel,
  logitsPullback(y, { cols: n, data: LBar }) { // with s[r, j] = sign(x_r - y_j): sum_r s[r, j] LBar[r, j], less row j's own
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
  },
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
