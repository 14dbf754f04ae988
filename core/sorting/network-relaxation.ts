import { type Batch, copyOf, row, zeros } from '../batch.js';
import { dense, once } from '../matrices.js';
import { checkSize } from '../kernels/kernels.js';
import type { Evaluation, Loss } from '../loss.js';
import { rejectRanks, toPermutation } from '../ranking.js';
import {
  type CrossEntropy,
  crossEntropyCapabilities,
  entryCrossEntropies,
  float32Binary,
  float32Curvature,
  logWeights,
} from './cross-entropy.js';
import { float32Network, float32NetworkBytes } from './float32-network.js';
import { type LogNetwork, logNetwork, logNetworkBytes } from './log-network.js';
import type { Purpose } from './network-arrays.js';
import type { SoftPermutation } from './pull-back.js';
import { networkBytes, type RelaxedNetwork, relaxedNetwork } from './relaxed-network.js';
import { LEAST, type Sigmoid } from './sigmoid.js';
import { comparatorCount, type NetworkName, type SortingNetwork, sortingNetwork } from './sorting-network.js';

export interface NetworkParams {
  steepness: number;
  network: NetworkName;
  crossEntropy: CrossEntropy;
}

/** One sample after the other through a network: the n scores at y[offset ...] and their true permutation T, (n, n). */
interface Sweeps {
  /** The value; its gradient goes to g[offset ...]. */
  gradient(y: Float64Array, offset: number, T: Float64Array, g: Float64Array): number;
  /** The Hessian, (n, n). */
  hessian(y: Float64Array, offset: number, T: Float64Array, H: Float64Array): void;
}

/**
 * The loss called `name` between the soft permutation of a relaxed sorting network and the true one, for n >= 2 scores
 * a sample; value and gradient of some thousands on an odd-even network, the Hessian of some five hundred, UNSUPPORTED
 * with the limit beyond.
 */
export function networkRelaxationLoss(name: string, sigmoid: Sigmoid, params: NetworkParams): Loss<number[]> {
  const { network, crossEntropy } = params;
  return {
    capabilities: crossEntropyCapabilities(crossEntropy),
    reject: rejectRanks,
    evaluate(y, targets) {
      const n = y.cols;
      checkNetworkSize(name, 'gradient', network, n);
      const comparators = sortingNetwork(network, n);
      const sweeps = crossEntropy === 'float32'
        ? float32Sweeps(comparators, sigmoid)
        : exactSweeps(comparators, sigmoid, crossEntropy);
      const hessian = (): Batch => {
        checkNetworkSize(`${name}, Hessian`, 'hessian', network, n);
        return hessians(sweeps, y, targets);
      };
      return { ...valueAndGradient(sweeps, y, targets), hessian: once(() => dense(hessian())) };
    },
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows and columns summing to 1. */
export function networkPermutation(
  subject: string,
  sigmoid: Sigmoid,
  network: NetworkName,
  scores: Float64Array,
): SoftPermutation {
  const n = scores.length;
  checkNetworkSize(subject, 'gradient', network, n);
  const net = relaxedNetwork(sortingNetwork(network, n), 'gradient');
  net.forward(sigmoid, scores, 0);
  const P = zeros(n, n);
  for (let r = 0; r < n; r++) P.data.set(net.X.subarray(r * net.stride, r * net.stride + n), r * n);
  return {
    P,
    pullback(G) {
      net.XBar.fill(0);
      for (let r = 0; r < n; r++) net.XBar.set(row(G, r), r * net.stride);
      net.reverse();
      return net.xBar.slice();
    },
  };
}

function checkNetworkSize(subject: string, purpose: Purpose, network: NetworkName, scores: number): void {
  checkSize(`${subject} on a network that is ${network}`, scores, (n) => {
    const size = comparatorCount(network, n);
    return Math.max(networkBytes(purpose, n, size), float32NetworkBytes(purpose, n, size), logNetworkBytes(n, size));
  });
}

function valueAndGradient(
  sweeps: Sweeps,
  y: Batch,
  targets: readonly number[][],
): Pick<Evaluation, 'value' | 'gradient'> {
  const n = y.cols;
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const T = new Float64Array(n * n);
  for (let i = 0; i < y.rows; i++) {
    value[i] = sweeps.gradient(y.data, i * n, toPermutation(targets[i], T), gradients.data);
  }
  return { value, gradient: () => copyOf(gradients) };
}

function hessians(sweeps: Sweeps, y: Batch, targets: readonly number[][]): Batch {
  const n = y.cols;
  const blocks = zeros(y.rows, n * n);
  const T = new Float64Array(n * n);
  for (let i = 0; i < y.rows; i++) sweeps.hessian(y.data, i * n, toPermutation(targets[i], T), row(blocks, i));
  return blocks;
}

/** In float64, and in logarithms where entries of X that count are too small for it. */
function exactSweeps(network: SortingNetwork, sigmoid: Sigmoid, crossEntropy: 'binary' | 'row'): Sweeps {
  let logarithmic: LogNetwork | undefined;
  const inLogarithms = (): LogNetwork => {
    logarithmic ??= logNetwork(network, sigmoid, ...logWeights(crossEntropy, network.n));
    return logarithmic;
  };
  const net = relaxedNetwork(network, 'gradient');
  const entropy = entryCrossEntropies[crossEntropy];
  const pass = (through: RelaxedNetwork, y: Float64Array, offset: number, T: Float64Array): number => {
    through.forward(sigmoid, y, offset);
    const value = entropy(through, T, leastEntry(sigmoid, y, offset, network.n));
    if (!Number.isNaN(value)) through.reverse();
    return value;
  };
  return {
    gradient(y, offset, T, g) {
      let value = pass(net, y, offset, T);
      if (Number.isNaN(value)) value = inLogarithms().gradient(y, offset, T, net.xBar);
      g.set(net.xBar, offset);
      return value;
    },
    hessian(y, offset, T, H) {
      const curved = relaxedNetwork(network, 'hessian');
      if (Number.isNaN(pass(curved, y, offset, T))) inLogarithms().hessian(y, offset, T, H);
      else {
        curved.hessian(sigmoid);
        unpad(curved, H);
      }
    },
  };
}

/**
 * Entries of X below this are taken in logarithms: more where scores are so far apart that a comparator alone asks for
 * it.
 */
function leastEntry({ F, least }: Sigmoid, y: Float64Array, offset: number, n: number): number {
  if (least === LEAST) return LEAST;
  let [smallest, largest] = [Infinity, -Infinity];
  for (let k = offset; k < offset + n; k++) {
    smallest = Math.min(smallest, y[k]);
    largest = Math.max(largest, y[k]);
  }
  return F(smallest - largest) < least ? least : LEAST;
}

/** As PyTorch does it in float32; the Hessian is that of the rounded numbers. */
function float32Sweeps(network: SortingNetwork, sigmoid: Sigmoid): Sweeps {
  const net = float32Network(network, 'gradient');
  return {
    gradient(y, offset, T, g) {
      net.forward(sigmoid, y, offset);
      const value = float32Binary(net, T);
      net.reverse();
      g.set(net.xBar, offset);
      return value;
    },
    hessian(y, offset, T, H) {
      const rounded = float32Network(network, 'hessian');
      const curved = relaxedNetwork(network, 'hessian');
      rounded.forward(sigmoid, y, offset);
      float32Binary(rounded, T);
      rounded.reverse();
      rounded.promote(curved);
      float32Curvature(rounded, T, curved);
      curved.hessian(sigmoid);
      unpad(curved, H);
    },
  };
}

function unpad({ n, stride, H }: RelaxedNetwork, out: Float64Array): void {
  for (let k = 0; k < n * n; k++) out[k] = H[Math.floor(k / n) * stride + (k % n)];
}
