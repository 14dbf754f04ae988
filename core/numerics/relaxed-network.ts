import { evenLength, instantiateKernels, type Kernels } from '../kernels/kernels.js';
import { type Sigmoid } from './sigmoid.js';
import { type SortingNetwork } from './sorting-network.js';

/**
 * A sorting network with relaxed comparators, for one sample at a time in arrays that are used again for the next. Comparator k acts on
 * lanes a = lower[k], b = upper[k] with D = x_b - x_a, alpha = F(D) and 1 - alpha = F(-D):
 *
 *     x_a' = alpha x_a + (1 - alpha) x_b        X_a' = alpha X_a + (1 - alpha) X_b
 *     x_b' = (1 - alpha) x_a + alpha x_b        X_b' = (1 - alpha) X_a + alpha X_b
 *
 * X starts as the identity and ends as the soft permutation, X[lane, item] = P[rank, item]: sums of positive terms, so that small
 * entries keep their relative accuracy. Item i reaches a lane only through comparators; rows are walked over the items in reach.
 *
 * The Hessian of a loss sum f(X) is a sum over the steps of the computation: each step's own second derivative, between the tangents of
 * its inputs (a dot: derivatives in the scores), weighted with the derivative of the loss in its output (a bar). With lambda = XBar_a -
 * XBar_b, likewise for x,
 *
 *     H = sum f''(X) X. X.^T + sum_k D. w^T + w D.^T,      w = F' sum_i lambda_i (X.a - X.b)_i + (1/2 F'' alphaBar - F' lambda_x) D.
 *
 * One sweep of about n^2 products a comparator, with neither a pass per score nor stored tangents.
 */
export interface RelaxedNetwork {
  readonly n: number;
  /** Rows of X, XBar and curvature are padded to this length. */
  readonly stride: number;
  /** (n, stride): the soft permutation after `forward`. */
  readonly X: Float64Array;
  /** (n, stride): put f'(X) here before `reverse`, which uses it up; padding stays 0. */
  readonly XBar: Float64Array;
  /** (n, stride): put f''(X) here before `hessian`; padding stays 0. */
  readonly curvature: Float64Array;
  /** (n): the gradient in the scores after `reverse`. */
  readonly xBar: Float64Array;
  /** (stride, stride): the Hessian in the scores after `hessian`. */
  readonly H: Float64Array;
  /** Runs the n scores at y[offset ...] through the network. */
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number): void;
  reverse(): void;
  /** With the sigmoid of `forward`. */
  hessian(sigmoid: Sigmoid): void;
}

const instances = new Map<SortingNetwork, RelaxedNetwork>();

/** The network's one instance; its arrays hold what the last call left there. */
export function relaxedNetwork(network: SortingNetwork): RelaxedNetwork {
  let instance = instances.get(network);
  if (!instance) instances.set(network, (instance = build(network)));
  return instance;
}

function build(network: SortingNetwork): RelaxedNetwork {
  const { n } = network;
  const size = network.lower.length;
  const stride = evenLength(n);
  const kernels = instantiateKernels(8 * (n * stride * stride + (4 * size + 6 * n) * stride + 10 * size + 2 * stride * stride));
  const lower = kernels.int32(network.lower);
  const upper = kernels.int32(network.upper);
  const from = kernels.int32(network.from.map((item) => item - (item % 2)));
  const to = kernels.int32(network.to.map(evenLength));
  const [D, alpha, complement, first, second, xLambda, alphaBar] = arrays(kernels, 7, size);
  const [difference, lambda, left, right] = arrays(kernels, 4, size * stride);
  const [X, XBar, curvature, xDot] = arrays(kernels, 4, n * stride);
  const [x, xBar] = arrays(kernels, 2, n);
  const XDot = kernels.float64(n * stride * stride);
  const H = kernels.float64(stride * stride);
  const comparators = [lower, upper, from, to, alpha, complement];
  const offsets = (...list: (Float64Array | Int32Array)[]): number[] => list.map((array) => array.byteOffset);
  const forwardArrays = offsets(...comparators, X, difference);
  const reverseArrays = offsets(...comparators, D, first, difference, xBar, XBar, lambda, xLambda, alphaBar);
  const hessianArrays = offsets(...comparators, D, first, second, difference, lambda, xLambda, alphaBar, xDot, XDot, left, right, curvature, H);

  return {
    ...{ n, stride, X, XBar, curvature, xBar, H },
    forward(sigmoid, y, offset) {
      for (let lane = 0; lane < n; lane++) x[lane] = y[offset + lane]!;
      for (let k = 0; k < size; k++) {
        const a = lower[k]!;
        const b = upper[k]!;
        const xa = x[a]!;
        const xb = x[b]!;
        const d = xb - xa;
        const tail = sigmoid.F(-Math.abs(d)); // at most 1/2, so that its complement is exact too
        const f = d < 0 ? tail : 1 - tail;
        const c = d < 0 ? 1 - tail : tail;
        D[k] = d;
        alpha[k] = f;
        complement[k] = c;
        first[k] = sigmoid.first(d, f, c);
        x[a] = f * xa + c * xb;
        x[b] = c * xa + f * xb;
      }
      X.fill(0);
      for (let lane = 0; lane < n; lane++) X[lane * stride + lane] = 1;
      kernels.forwardRows(size, stride, ...forwardArrays);
    },
    reverse() {
      xBar.fill(0);
      kernels.reverseRows(size, stride, ...reverseArrays);
    },
    hessian(sigmoid) {
      for (let k = 0; k < size; k++) second[k] = sigmoid.second(D[k]!, alpha[k]!, complement[k]!);
      kernels.hessian(size, n, stride, ...hessianArrays);
    },
  };
}

function arrays<N extends number>(kernels: Kernels, count: N, length: number): Float64Array[] & { length: N } {
  return Array.from({ length: count }, () => kernels.float64(length)) as Float64Array[] & { length: N };
}
