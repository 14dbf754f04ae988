import { evenLength, instantiateKernels } from '../kernels/kernels.js';
import { blockSweeps, blockWidth, offsets, type Purpose } from './item-blocks.js';
import type { RelaxedNetwork } from './relaxed-network.js';
import type { Sigmoid } from './sigmoid.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * A relaxed sorting network (relaxed-network.ts) as PyTorch runs it in float32, one sample at a time: alpha, 1 - alpha,
 * the scores, the rows of X and every derivative are rounded at each step. Where alpha rounds to 1, 1 - alpha is 0, and
 * so is all that would have come through it.
 */
export interface Float32Network {
  readonly n: number;
  readonly stride: number;
  /** (n, stride): the soft permutation after `forward`. */
  readonly X: Float32Array;
  /** (n, stride): put f'(X) here before `reverse`, which uses it up. */
  readonly XBar: Float32Array;
  /** (n): the gradient in the scores after `reverse`. */
  readonly xBar: Float32Array;
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number): void;
  reverse(): void;
  /** Gives a network for Hessians all that its own `forward` and `reverse` would leave; of an instance for Hessians. */
  promote(net: RelaxedNetwork): void;
}

const instances = {
  gradient: new Map<SortingNetwork, Float32Network>(),
  hessian: new Map<SortingNetwork, Float32Network>(),
};

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export function float32Network(network: SortingNetwork, purpose: Purpose): Float32Network {
  let instance = instances[purpose].get(network);
  if (!instance) {
    const width = blockWidth(purpose, network.lower.length, padded(network.n), 4, LANES);
    instances[purpose].set(network, instance = allocateFloat32Network(network, purpose, width));
  }
  return instance;
}

const LANES = 4;

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function float32NetworkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = padded(n);
  const width = blockWidth(purpose, size, stride, 4, LANES);
  return 4 * (2 * n * stride + size * (purpose === 'hessian' ? 2 * width : width) + 14 * size + 4 * stride);
}

function padded(n: number): number {
  return Math.ceil(n / LANES) * LANES;
}

/** An instance that takes so many items at once, a multiple of 4, all for a Hessian; the others have the same bits. */
export function allocateFloat32Network(network: SortingNetwork, purpose: Purpose, width: number): Float32Network {
  const { n } = network;
  const size = network.lower.length;
  const stride = padded(n);
  const kernels = instantiateKernels(float32NetworkBytes(purpose, n, size) + 64 * 32);
  const lower = kernels.int32(network.lower);
  const upper = kernels.int32(network.upper);
  const from = kernels.int32(network.from.map((item) => item - (item % LANES)));
  const to = kernels.int32(network.to.map(padded));
  const perComparator = (): Float32Array => kernels.float32(size);
  const [D, alpha, complement] = [perComparator(), perComparator(), perComparator()];
  const [first, xLambda, alphaBar] = [perComparator(), perComparator(), perComparator()];
  const bars = kernels.float32(LANES * size);
  const difference = kernels.float32(size * width);
  const kept = purpose === 'hessian' ? stride : 0;
  const lambda = kernels.float32(kept === 0 ? stride : size * stride);
  const X = kernels.float32(n * stride);
  const XBar = kernels.float32(n * stride);
  const x = kernels.float32(n);
  const xBar = kernels.float32(n);
  const comparators = [lower, upper, from, to, alpha, complement];
  const sweeps = blockSweeps({
    ...{ n, stride, width, X, XBar, forward: kernels.forwardRows32, reverse: kernels.reverseRows32 },
    forwardWords: [size, stride, ...offsets(...comparators, X, difference), width],
    reverseWords: [
      ...[size, stride, ...offsets(...comparators, D, first, difference, xBar, XBar, lambda, xLambda, alphaBar, bars)],
      ...[kept, width],
    ],
  });

  return {
    ...{ n, stride, X, XBar, xBar },
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
      sweeps.forward();
    },
    reverse() {
      bars.fill(0);
      xBar.fill(0);
      sweeps.reverse();
    },
    promote(net) {
      const { difference: outDifference, lambda: outLambda, steps: out, stride: outStride } = net;
      for (let k = 0; k < size; k++) {
        out.D[k] = D[k];
        out.alpha[k] = alpha[k];
        out.complement[k] = complement[k];
        out.first[k] = first[k];
        out.xLambda[k] = xLambda[k];
        out.alphaBar[k] = alphaBar[k];
        const begin = network.from[k] & ~1;
        const end = evenLength(network.to[k]);
        for (let i = k * stride + begin, o = k * outStride + begin; o < k * outStride + end; i++, o++) {
          outDifference[o] = difference[i];
          outLambda[o] = lambda[i];
        }
      }
    },
  };
}
