import { networkFloat32 } from '../kernels/kernels.js';
import { allocateArrays, blockWidth, float32, onePerNetwork, paddedLength, type Purpose } from './network-arrays.js';
import type { RelaxedNetwork } from './relaxed-network.js';
import type { Sigmoid } from './sigmoid.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * A relaxed sorting network (relaxed-network.ts) as PyTorch runs it in float32, one sample at a time: alpha, 1 - alpha,
 * the scores, the rows of X and every derivative are rounded at each step. Where alpha rounds to 1, 1 - alpha is 0, and
 * so is all that would have come through it.
 *
 * Rows of X go through the kernel of the other one, compiled for float32. Scores do not: one walk for both, which would
 * round by what its arrays hold, takes 1.5 to 2 times as long as that of float64.
 */
export interface Float32Network {
  readonly n: number;
  readonly stride: number;
  /** (n, stride): the soft permutation after `forward`. */
  readonly X: Float32Array;
  /** (n, stride): put f'(X) here before `reverse`. */
  readonly XBar: Float32Array;
  /** (n): the gradient in the scores after `reverse`. */
  readonly xBar: Float32Array;
  /** Whose samples it keeps, all of them, if they are. */
  holds: object | undefined;
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number): void;
  reverse(): void;
  /** Keeps what `forward` and `reverse` left, but for XBar and xBar, at a place below `float32Samples`; of an instance for Hessians. */
  keep(place: number): void;
  /** Brings it back. */
  recall(place: number): void;
  /**
   * Gives a network for Hessians all that its own `forward` and `sweepPair` would leave of that sample, in lane 0 or 1;
   * of an instance for Hessians.
   */
  promote(net: RelaxedNetwork, lane: number): void;
}

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export const float32Network = onePerNetwork(float32, allocateFloat32Network);

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function float32NetworkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = paddedLength(n, float32);
  const width = blockWidth(purpose, size, n, float32);
  return 4 * (3 * n * stride + size * (purpose === 'hessian' ? 2 * width : width) + 14 * size + 4 * stride);
}

/** Bytes that samples may take which are kept for their Hessians. */
const KEPT = 2 ** 23;

/** How many samples of n scores an instance for Hessians keeps. */
export function float32Samples({ n, lower }: SortingNetwork): number {
  return Math.floor(KEPT / float32NetworkBytes('hessian', n, lower.length));
}

/** An instance that takes so many items at once, a multiple of 4, all for a Hessian; the others have the same bits. */
export function allocateFloat32Network(network: SortingNetwork, purpose: Purpose, width: number): Float32Network {
  const steps = allocateArrays(
    networkFloat32,
    float32,
    network,
    width,
    1,
    ({ allocate }) => allocate(network.n, network.lower.length, width, 1, purpose === 'hessian'),
  );
  const { kernel, n, size, stride, lower, upper, D, alpha, complement, first, X, XBar, xBar, view } = steps;
  const { xLambda, alphaBar, difference } = steps;
  const { from, to } = network;
  const lambda = view(kernel.lambda, purpose === 'hessian' ? size * stride : stride);
  const x = new Float32Array(n);
  const state = view(kernel.D, (kernel.X.value - kernel.D.value) / float32.bytes + n * stride); // all arrays from D to X
  const states = new Float32Array(purpose === 'hessian' ? float32Samples(network) * state.length : 0);
  return {
    ...{ n, stride, X, XBar, xBar },
    holds: undefined,
    forward(sigmoid, y, offset) {
      for (let lane = 0; lane < n; lane++) x[lane] = y[offset + lane];
      for (let k = 0; k < size; k++) {
        const a = lower[k];
        const b = upper[k];
        const xa = x[a];
        const xb = x[b];
        const d = Math.fround(xb - xa);
        const f = sigmoid.float32(d);
        const c = Math.fround(1 - f);
        D[k] = d;
        alpha[k] = f;
        complement[k] = c;
        first[k] = sigmoid.first(d, f, c);
        x[a] = Math.fround(f * xa) + Math.fround(c * xb);
        x[b] = Math.fround(c * xa) + Math.fround(f * xb);
      }
      kernel.forward(0);
    },
    reverse() {
      kernel.reverse(0);
    },
    keep(place) {
      states.set(state, place * state.length);
    },
    recall(place) {
      state.set(states.subarray(place * state.length, (place + 1) * state.length));
    },
    promote({ steps: out }, lane) {
      const { pairXLambda, pairAlphaBar, pairDifference, pairLambda } = out;
      for (let k = 0, o = lane * size; k < size; k++, o++) {
        out.D[o] = D[k];
        out.alpha[o] = alpha[k];
        out.complement[o] = complement[k];
        out.first[o] = first[k];
        pairXLambda[2 * k + lane] = xLambda[k];
        pairAlphaBar[2 * k + lane] = alphaBar[k];
        const row = k * stride;
        for (let i = from[k], p = 2 * (k * n + i) + lane; i < to[k]; i++, p += 2) {
          pairDifference[p] = difference[row + i];
          pairLambda[p] = lambda[row + i];
        }
      }
    },
  };
}
