import { defineRowLoss, neuralsortKernel } from '../core/sorting/index.js';

/**
 * NeuralSort: the distribution over items at rank r is a softmax whose leader is the r-th smallest score, for every
 * temperature.
 *
 *     P[r, :] = softmax_j( ((2 r + 1 - n) y_j - sum_l |y_j - y_l|) / tau )          r = 0 .. n - 1 ascending
 *     value   = cross-entropy of P and the true permutation
 *
 * (The paper's k counts from the largest, k = n - r.) In sorted places x, over tau, neighbouring logits of row r differ
 * by L[r, c + 1] - L[r, c] = (2 (r - c) - 1) (x_{c+1} - x_c), so exp(L) is a product of odd powers of the exponentials
 * of neighbouring gaps: the kernel takes these, and logits where they underflow. The Jacobian is diag(2 r + 1 - n -
 * kappa) + W with W[c, l] = sign(x_c - x_l) and kappa its row sums. Equal scores have slope 0 in their difference.
 * Value and gradient O(n^2), Hessian O(n^3) with one product.
 */
const { plugin, operators } = defineRowLoss({
  name: 'neuralsort',
  title: 'NeuralSort',
  source:
    'Grover et al., Stochastic Optimization of Sorting Networks via Continuous Relaxations, ICLR 2019, the relaxation of the argsort of a vector',
  temperature: 1,
  spread: 0.5,
  logits(x, r, L) {
    L[r] = 0;
    for (let c = r; c > 0; c--) L[c - 1] = L[c] - (2 * (r - c) + 1) * (x[c] - x[c - 1]);
    for (let c = r; c < x.length - 1; c++) L[c + 1] = L[c] + (2 * (r - c) - 1) * (x[c + 1] - x[c]);
  },
  kernel: neuralsortKernel,
  logitsPullback(y, { cols: n, data: LBar }) { // sum_r (2 r + 1 - n) LBar[r, j] - sum_l sign(y_j - y_l) (B_j + B_l)
    const yBar = new Float64Array(n);
    const B = new Float64Array(n); // B_j = sum_r LBar[r, j]
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
  },
});

export default plugin;

export const { softPermutation, softSort, softRank } = operators;
