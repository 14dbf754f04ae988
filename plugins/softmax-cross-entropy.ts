import { type Batch, byProducts, copyOf, defineLoss, row, zeros } from '../core/index.js';

/**
 * Cross-entropy of a softmax with a class label t, the reference whose Fisher matrix equals its Hessian in expectation.
 *
 *     p        = softmax(y)
 *     value    = log sum_j exp(y_j) - y_t
 *     gradient = p - e_t
 *     hessian  = diag(p) - p p^T
 *     product  = p (v - <p, v>)       without the Hessian: O(m)
 *
 * Any number of classes; a dense Hessian that does not fit into memory is UNSUPPORTED.
 */
export default defineLoss({
  name: 'softmax-cross-entropy',
  title: 'Softmax cross-entropy',
  source: 'Bishop, Pattern Recognition and Machine Learning, 2006, equations 4.104 to 4.110',
  target: { type: 'integer', minimum: 0 },
  capabilities: { convex: true, nonnegative: true },

  create: () => ({
    reject: (t, m) => (t < m ? undefined : `should be a class index below ${m}, the number of outputs, got ${t}`),
    evaluate(y, targets) {
      const P = softmaxOfRows(y);
      const labels = Float64Array.from(targets);
      return {
        value: labels.map((t, i) => logLoss(row(y, i), t)),
        gradient() {
          const G = copyOf(P);
          labels.forEach((t, i) => subtractLabel(row(G, i), t));
          return G;
        },
        hessian() {
          const blocks = (): Batch => {
            const H = zeros(y.rows, y.cols ** 2);
            for (let i = 0; i < y.rows; i++) writeHessian(row(P, i), row(H, i));
            return H;
          };
          const times = (v: Batch): Batch => {
            const out = zeros(y.rows, y.cols);
            for (let i = 0; i < y.rows; i++) writeProduct(row(P, i), row(v, i), row(out, i));
            return out;
          };
          return byProducts(times, y.rows, y.cols, blocks);
        },
      };
    },
  }),

  sample(_params, rng, rows, m = 5) {
    const y = zeros(rows, m);
    for (let k = 0; k < y.data.length; k++) y.data[k] = 2 * rng.normal();
    return { y, targets: Array.from({ length: rows }, () => rng.integer(m)) };
  },
});

function logLoss(y: Float64Array, t: number): number {
  const top = indexOfLargest(y);
  let others = 0; // the leader's own term is the 1 in log1p
  for (let j = 0; j < y.length; j++) if (j !== top) others += Math.exp(y[j] - y[top]);
  return Math.log1p(others) + (y[top] - y[t]);
}

/** p := p - e_t, where p_t - 1 is minus the sum of the others, without cancellation. */
function subtractLabel(p: Float64Array, t: number): void {
  let others = 0;
  for (let j = 0; j < p.length; j++) if (j !== t) others += p[j];
  p[t] = -others;
}

/** diag(p) - p p^T into H, zeros before. */
function writeHessian(p: Float64Array, H: Float64Array): void {
  const m = p.length;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      if (a === b) continue;
      H[a * m + b] = -p[a] * p[b];
      H[a * m + a] += p[a] * p[b]; // p_a (1 - p_a)
    }
  }
}

/**
 * p (u - <p, u>) with u = v - v_top 1, of which the Hessian makes the same: so nothing cancels where p_top is nearly 1.
 */
function writeProduct(p: Float64Array, v: Float64Array, out: Float64Array): void {
  const vTop = v[indexOfLargest(p)];
  let mean = 0;
  for (let j = 0; j < p.length; j++) mean += p[j] * (v[j] - vTop);
  for (let j = 0; j < p.length; j++) out[j] = p[j] * (v[j] - vTop - mean);
}

function softmaxOfRows(y: Batch): Batch {
  const P = zeros(y.rows, y.cols);
  for (let i = 0; i < y.rows; i++) {
    const yi = row(y, i);
    const p = row(P, i);
    const largest = yi[indexOfLargest(yi)];
    let sum = 0;
    for (let j = 0; j < p.length; j++) sum += p[j] = Math.exp(yi[j] - largest);
    for (let j = 0; j < p.length; j++) p[j] /= sum;
  }
  return P;
}

function indexOfLargest(x: Float64Array): number {
  let top = 0;
  for (let j = 1; j < x.length; j++) if (x[j] > x[top]) top = j;
  return top;
}
