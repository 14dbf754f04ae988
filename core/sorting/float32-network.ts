import { networkFloat32 } from '../kernels/kernels.js';
import { allocateArrays, blockWidth, float32, onePerNetwork, paddedLength, type Purpose } from './network-arrays.js';
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
  /** What `forward` and `reverse` left, but for XBar and xBar: of an instance for Hessians what these are made of. */
  readonly state: Float32Array;
  /** Keeps that at a place below `float32Samples`; of an instance for Hessians. */
  keep(place: number): void;
  /** What is kept there. */
  kept(place: number): Float32Array;
}

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export const float32Network = onePerNetwork(float32, allocateFloat32Network);

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function float32NetworkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = paddedLength(n, float32);
  const width = blockWidth(purpose, size, n, float32);
  return 4 * (3 * n * stride + size * (purpose === 'gradient' ? width : 2 * width) + 14 * size + 4 * stride);
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
    1,
    ({ allocate }) => allocate(network.n, network.lower.length, width, 1, purpose !== 'gradient'),
  );
  const { kernel, n, size, stride, lower, upper, D, alpha, complement, first, X, XBar, xBar, view } = steps;
  const x = new Float32Array(n);
  const state = view(kernel.D, (kernel.X.value - kernel.D.value) / float32.bytes + n * stride); // all arrays from D to X
  const states = new Float32Array(purpose === 'gradient' ? 0 : float32Samples(network) * state.length);
  return {
    ...{ n, stride, X, XBar, xBar, state },
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
    kept: (place) => states.subarray(place * state.length, (place + 1) * state.length),
  };
}
