import { evenLength, instantiateKernels, type Kernels } from '../kernels/kernels.js';
import { blockSweeps, blockWidth, offsets, type Purpose } from './item-blocks.js';
import type { Sigmoid } from './sigmoid.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * A sorting network with relaxed comparators, for one sample at a time in arrays that are used again for the next.
 * Comparator k acts on lanes a = lower[k], b = upper[k] with D = x_b - x_a, alpha = F(D) and 1 - alpha = F(-D):
 *
 *     x_a' = alpha x_a + (1 - alpha) x_b        X_a' = alpha X_a + (1 - alpha) X_b
 *     x_b' = (1 - alpha) x_a + alpha x_b        X_b' = (1 - alpha) X_a + alpha X_b
 *
 * X starts as the identity and ends as the soft permutation, X[lane, item] = P[rank, item]: sums of positive terms, so
 * that small entries keep their relative accuracy. Item i reaches a lane only through comparators; rows are walked over
 * the items in reach.
 *
 * The Hessian of a loss sum f(X) is a sum over the steps of the computation: each step's own second derivative, between
 * the tangents of its inputs (a dot: derivatives in the scores), weighted with the derivative of the loss in its output
 * (a bar). With lambda = XBar_a - XBar_b, likewise for x,
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
  /** (n, stride): put f'(X) here before `reverse`, which uses it up. */
  readonly XBar: Float64Array;
  /** (n, stride): put f''(X) here before `hessian`; padding stays 0. */
  readonly curvature: Float64Array;
  /** (n): the gradient in the scores after `reverse`. */
  readonly xBar: Float64Array;
  /** (stride, stride): the Hessian in the scores after `hessian`. */
  readonly H: Float64Array;
  /**
   * What `hessian` takes of each comparator, after `forward` and `reverse`: rows of X_a - X_b and of lambda,
   * (comparator, stride).
   */
  readonly difference: Float64Array;
  readonly lambda: Float64Array;
  readonly steps: Record<'D' | 'alpha' | 'complement' | 'first' | 'xLambda' | 'alphaBar', Float64Array>;
  /** Runs the n scores at y[offset ...] through the network. */
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number): void;
  reverse(): void;
  /** With the sigmoid of `forward`; of an instance for Hessians. */
  hessian(sigmoid: Sigmoid): void;
}

const instances = {
  gradient: new Map<SortingNetwork, RelaxedNetwork>(),
  hessian: new Map<SortingNetwork, RelaxedNetwork>(),
};

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export function relaxedNetwork(network: SortingNetwork, purpose: Purpose): RelaxedNetwork {
  let instance = instances[purpose].get(network);
  if (!instance) {
    const width = blockWidth(purpose, network.lower.length, evenLength(network.n), 8, 2);
    instances[purpose].set(network, instance = allocateNetwork(network, purpose, width));
  }
  return instance;
}

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function networkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = evenLength(n);
  const width = blockWidth(purpose, size, stride, 8, 2);
  const arrays = 3 * n * stride + size * width + 12 * size + 4 * stride;
  const ofHessian = n * stride * stride + (3 * size + n) * stride + 2 * stride * stride;
  return 8 * (purpose === 'hessian' ? arrays + ofHessian : arrays);
}

/** An instance that takes so many items at once, an even number, all for a Hessian; the others have the same bits. */
export function allocateNetwork(network: SortingNetwork, purpose: Purpose, width: number): RelaxedNetwork {
  const { n } = network;
  const size = network.lower.length;
  const stride = evenLength(n);
  const rows = purpose === 'hessian' ? size : 0;
  const kept = purpose === 'hessian' ? stride : 0;
  const kernels = instantiateKernels(networkBytes(purpose, n, size) + 64 * 32);
  const lower = kernels.int32(network.lower);
  const upper = kernels.int32(network.upper);
  const from = kernels.int32(network.from.map((item) => item - (item % 2)));
  const to = kernels.int32(network.to.map(evenLength));
  const [D, alpha, complement, first, xLambda, alphaBar] = arrays(kernels, 6, size);
  const bars = kernels.float64(2 * size);
  const difference = kernels.float64(size * width);
  const lambda = kernels.float64(rows === 0 ? stride : size * stride);
  const [X, XBar, curvature] = arrays(kernels, 3, n * stride);
  const [x, xBar] = arrays(kernels, 2, n);
  const [left, right] = arrays(kernels, 2, rows * stride);
  const xDot = kernels.float64(rows === 0 ? 0 : n * stride);
  const XDot = kernels.float64(rows === 0 ? 0 : n * stride * stride);
  const second = kernels.float64(rows);
  const H = kernels.float64(rows === 0 ? 0 : stride * stride);
  const comparators = [lower, upper, from, to, alpha, complement];
  const sweeps = blockSweeps({
    ...{ n, stride, width, X, XBar, forward: kernels.forwardRows, reverse: kernels.reverseRows },
    forwardWords: [size, stride, ...offsets(...comparators, X, difference), width],
    reverseWords: [
      ...[size, stride, ...offsets(...comparators, D, first, difference, xBar, XBar, lambda, xLambda, alphaBar, bars)],
      ...[kept, width],
    ],
  });
  const hessianArrays = offsets(
    ...[...comparators, D, first, second, difference, lambda, xLambda, alphaBar, xDot, XDot, left, right, curvature, H],
  );

  return {
    ...{ n, stride, X, XBar, curvature, xBar, H, difference, lambda },
    steps: { D, alpha, complement, first, xLambda, alphaBar },
    forward(sigmoid, y, offset) {
      for (let lane = 0; lane < n; lane++) x[lane] = y[offset + lane];
      for (let k = 0; k < size; k++) {
        const a = lower[k];
        const b = upper[k];
        const xa = x[a];
        const xb = x[b];
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
      sweeps.forward();
    },
    reverse() {
      if (width < stride) bars.fill(0);
      xBar.fill(0);
      sweeps.reverse();
    },
    hessian(sigmoid) {
      for (let k = 0; k < size; k++) second[k] = sigmoid.second(D[k], alpha[k], complement[k]);
      kernels.hessian(size, n, stride, ...hessianArrays);
    },
  };
}

function arrays<N extends number>(kernels: Kernels, count: N, length: number): Float64Array[] & { length: N } {
  return Array.from({ length: count }, () => kernels.float64(length)) as Float64Array[] & { length: N };
}
