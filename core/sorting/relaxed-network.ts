import { type Address, network as networkKernel } from '../kernels/kernels.js';
import { float32NetworkBytes } from './float32-network.js';
import {
  allocateArrays,
  blockWidth,
  float32,
  float64,
  onePerNetwork,
  paddedLength,
  type Purpose,
} from './network-arrays.js';
import type { Sigmoid } from './sigmoid.js';
import type { SortingNetwork } from './sorting-network.js';

/**
 * A sorting network with relaxed comparators, for samples that it remembers and then forgets for others.
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
 * One sweep of about n^2 products a comparator makes the tangents of X, with no pass per score, and w; for blocks of
 * items and scores that stay in a cache, and for two samples at a time, one in each lane of the vectors. Another of n
 * products a comparator, from the last to the first, makes sum D. w^T.
 */
export interface RelaxedNetwork {
  readonly n: number;
  /** Rows of X, XBar and curvatureRoot are padded to this length. */
  readonly stride: number;
  /** How many samples it remembers from `forward` on, each at a place of its own; for Hessians at least 2. */
  readonly samples: number;
  /** Whose samples it remembers, all of them, if they are. */
  holds: object | undefined;
  /** (n, stride): the soft permutation after `forward`. */
  readonly X: Float64Array;
  /** (samples, n, stride): put f'(X) here before `reverse`. */
  readonly XBar: Float64Array;
  /** (samples, n, stride): put the root of f''(X) here before `hessianOfPair`; empty where it is not for Hessians. */
  readonly curvatureRoot: Float64Array;
  /** (n): the gradient in the scores after `reverse`. */
  readonly xBar: Float64Array;
  /** (n, n, 2): on and above the diagonal, the Hessians in the scores after `hessianOfPair`. */
  readonly H: Float64Array;
  /**
   * Of an instance that is `promoted`, in the place of `forward` and `sweepPair`: for two samples what float32-network.ts leaves of each,
   * and (n, n) their true permutations.
   */
  readonly rounded: readonly { readonly state: Float32Array; readonly truth: Float64Array }[];
  /** Runs the n scores at y[offset ...] through the network. */
  forward(sigmoid: Sigmoid, y: Float64Array, offset: number, sample: number): void;
  /** Of the sample that went forward last. */
  reverse(sample: number): void;
  /** Takes two samples forward and back again for their Hessians; of an instance for these. */
  sweepPair(left: number, right: number): void;
  /** Makes of what is in `rounded` what `sweepPair(0, 1)` would leave, and the root of f''(X). */
  promotePair(): void;
  /** With the sigmoid of `forward`. */
  hessianOfPair(sigmoid: Sigmoid, left: number, right: number): void;
}

/** Tangents of X are made for so many items at once, and so many scores. */
export interface TangentBlock {
  readonly items: number;
  readonly columns: number;
}

/** At most so many of both: blocks are few, since each reads differences and lambda again, or w. */
const [ITEMS, COLUMNS] = [64, 100];
/** Bytes that tangents of some items may take, if it is more than one. */
const TANGENTS = 2 ** 28;

/**
 * All items and scores at once, or blocks of about equal size, of scores of whole cache lines. What stays in a cache
 * are a few lanes of a block, by the order of the comparators.
 */
export function tangentBlock(n: number): TangentBlock {
  const items = Math.max(1, Math.min(ITEMS, Math.floor(TANGENTS / (16 * n * n))));
  const columns = Math.ceil(n / Math.ceil(n / COLUMNS));
  return { items: Math.ceil(n / Math.ceil(n / items)), columns: Math.min(n, 4 * Math.ceil(columns / 4)) };
}

/** The network's one instance for that purpose; its arrays hold what the last call left there. */
export const relaxedNetwork = onePerNetwork(float64, allocateNetwork);

/** Bytes that samples may take beside one another, and the arrays of a Hessian where gradients too use its instance. */
const REMEMBERED = 2 ** 23;

/** The instance for the gradient: that for the Hessian where this is small, which then finds there what it needs. */
export function gradientNetwork(network: SortingNetwork): RelaxedNetwork {
  const small = networkBytes('hessian', network.n, network.lower.length) <= 2 * REMEMBERED;
  return relaxedNetwork(network, small ? 'hessian' : 'gradient');
}

/** Samples that an instance remembers, for n scores whose network has `size` comparators. */
function samplesFor(purpose: Purpose, n: number, size: number): number {
  if (purpose === 'gradient') return 1;
  return purpose === 'promoted' ? 2 : Math.max(2, Math.floor(REMEMBERED / sampleBytes(purpose, n, size)));
}

function sampleBytes(purpose: Purpose, n: number, size: number): number {
  const entries = n * paddedLength(n, float64);
  return 8 * (purpose === 'gradient' ? 4 * size + entries : 5 * size + 2 * entries);
}

/** Bytes of an instance for n scores whose network has `size` comparators. */
export function networkBytes(purpose: Purpose, n: number, size: number): number {
  const stride = paddedLength(n, float64);
  const width = blockWidth(purpose, size, n, float64);
  const arrays = 8 * (2 * n * stride + size * width + 8 * size + 4 * stride);
  const { items, columns } = tangentBlock(n);
  const padded = Math.ceil(n / columns) * columns;
  const packed = items < n ? 2 * items : 0;
  const ofComparators = size * (2 * n + padded + packed + 3);
  const ofPairs = 16 * (ofComparators + 3 * n * n + n * items * padded + (columns + 4) * n);
  const ofSamples = samplesFor(purpose, n, size) * sampleBytes(purpose, n, size);
  const ofRounded = purpose === 'promoted' ? 2 * float32NetworkBytes('hessian', n, size) + 16 * n * n : 0;
  return arrays + ofSamples + (purpose === 'gradient' ? 0 : ofPairs) + ofRounded;
}

/**
 * An instance that takes so many items at once, an even number, all for a Hessian, and this block of its tangents. Others
 * have the same bits but for the order of sums in Hessians.
 */
export function allocateNetwork(
  network: SortingNetwork,
  purpose: Purpose,
  width: number,
  block = tangentBlock(network.n),
): RelaxedNetwork {
  const { n } = network;
  const size = network.lower.length;
  const samples = samplesFor(purpose, n, size);
  const curved = purpose !== 'gradient';
  const { items, columns } = curved ? block : { items: 0, columns: 0 };
  const arrays = allocateArrays(
    networkKernel,
    float64,
    network,
    samples,
    ({ allocate }) => allocate(n, size, width, samples, items, columns, purpose === 'promoted'),
  );
  const { kernel, stride, lower, upper, D, alpha, complement, first, X, XBar, xBar, view, floats } = arrays;
  const ofHessian = (address: Address, length: number): Float64Array => view(address, curved ? length : 0);
  const second = ofHessian(kernel.second, samples * size);
  const x = new Float64Array(n);
  if (curved) {
    arrays.integers(kernel.reachFrom, size).set(network.from);
    arrays.integers(kernel.reachTo, size).set(network.to);
  }
  const curve = (sigmoid: Sigmoid, sample: number): void => {
    for (let k = sample * size; k < (sample + 1) * size; k++) {
      second[k] = sigmoid.second(D[k], alpha[k], complement[k]);
    }
  };
  return {
    ...{ n, stride, samples, X, XBar, xBar },
    holds: undefined,
    curvatureRoot: ofHessian(kernel.curvatureRoot, samples * n * stride),
    H: ofHessian(kernel.H, 2 * n * n),
    rounded: (purpose === 'promoted' ? [0, 1] : []).map((lane) => ({
      state: floats({ value: kernel.rounded.value + lane * kernel.apart.value }, kernel.apart.value / float32.bytes),
      truth: view({ value: kernel.truth.value + lane * n * n * float64.bytes }, n * n),
    })),
    forward(sigmoid, y, offset, sample) {
      for (let lane = 0; lane < n; lane++) x[lane] = y[offset + lane];
      for (let k = 0, o = sample * size; k < size; k++, o++) {
        const a = lower[k];
        const b = upper[k];
        const xa = x[a];
        const xb = x[b];
        const d = xb - xa;
        const tail = sigmoid.F(-Math.abs(d)); // at most 1/2, so that its complement is exact too
        const f = d < 0 ? tail : 1 - tail;
        const c = d < 0 ? 1 - tail : tail;
        D[o] = d;
        alpha[o] = f;
        complement[o] = c;
        first[o] = sigmoid.first(d, f, c);
        x[a] = f * xa + c * xb;
        x[b] = c * xa + f * xb;
      }
      kernel.forward(sample);
    },
    reverse(sample) {
      kernel.reverse(sample);
    },
    sweepPair(left, right) {
      kernel.sweepPair(left, right);
    },
    promotePair() {
      kernel.promotePair();
    },
    hessianOfPair(sigmoid, left, right) {
      curve(sigmoid, left);
      if (right !== left) curve(sigmoid, right);
      kernel.hessianOfPair(left, right);
    },
  };
}
