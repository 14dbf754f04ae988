import { network as networkKernel } from '../kernels/kernels.js';
import {
  allocateArrays,
  blockWidth,
  float64,
  type NetworkArrays,
  onePerNetwork,
  paddedLength,
  type Purpose,
} from './network-arrays.js';
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
  /** What `hessian` takes of each comparator, after `forward` and `reverse`. */
  readonly steps: Pick<
    NetworkArrays<unknown, Float64Array>,
    'D' | 'alpha' | 'complement' | 'first' | 'xLambda' | 'alphaBar' | 'difference' | 'lambda'
  >;
  /** Runs the n scores at y[offset ...] through the network. */
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number): void;
  reverse(): void;
  /** With the sigmoid of `forward`; of an instance for Hessians. */
  hessian(sigmoid: Sigmoid): void;
}

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export const relaxedNetwork = onePerNetwork(float64, allocateNetwork);

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function networkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = paddedLength(n, float64);
  const width = blockWidth(purpose, size, n, float64);
  const arrays = 3 * n * stride + size * width + 12 * size + 4 * stride;
  const ofHessian = n * stride * stride + (3 * size + n) * stride + 2 * stride * stride;
  return 8 * (purpose === 'hessian' ? arrays + ofHessian : arrays);
}

/** An instance that takes so many items at once, an even number, all for a Hessian; the others have the same bits. */
export function allocateNetwork(network: SortingNetwork, purpose: Purpose, width: number): RelaxedNetwork {
  const steps = allocateArrays(networkKernel, float64, network, purpose, width);
  const { kernel, n, size, stride, lower, upper, D, alpha, complement, first, X, XBar, xBar, view } = steps;
  const ofHessian = (length: number): number => (purpose === 'hessian' ? length : 0);
  const curvature = view(kernel.curvature, ofHessian(n * stride));
  const second = view(kernel.second, ofHessian(size));
  const H = view(kernel.H, ofHessian(stride * stride));
  const x = new Float64Array(n);
  return {
    ...{ n, stride, X, XBar, curvature, xBar, H, steps },
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
      kernel.forward();
    },
    reverse() {
      kernel.reverse();
    },
    hessian(sigmoid) {
      for (let k = 0; k < size; k++) second[k] = sigmoid.second(D[k], alpha[k], complement[k]);
      kernel.hessian();
    },
  };
}
