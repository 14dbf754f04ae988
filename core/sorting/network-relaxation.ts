import { type Batch, copyOf, row, zeros } from '../batch.js';
import { lazilyDense, type Matrices, once } from '../matrices.js';
import { checkSize } from '../kernels/kernels.js';
import type { Evaluation, Loss } from '../loss.js';
import { rejectRanks, toPermutation } from '../ranking.js';
import {
  type CrossEntropy,
  crossEntropyCapabilities,
  entryCrossEntropies,
  float32Binary,
  logWeights,
} from './cross-entropy.js';
import { type Float32Network, float32Network, float32NetworkBytes, float32Samples } from './float32-network.js';
import { logNetwork, logNetworkBytes } from './log-network.js';
import type { Purpose } from './network-arrays.js';
import type { SoftPermutation } from './pull-back.js';
import { gradientNetwork, networkBytes, type RelaxedNetwork, relaxedNetwork } from './relaxed-network.js';
import { type Bounds, LEAST, type Sigmoid } from './sigmoid.js';
import { comparatorCount, type NetworkName, type SortingNetwork, sortingNetwork } from './sorting-network.js';

export interface NetworkParams {
  steepness: number;
  network: NetworkName;
  crossEntropy: CrossEntropy;
}

/** A batch, and its samples through a network. */
interface Sweeps {
  /** The value of sample i; its gradient goes to g[i n ...]. All samples, in order, before the Hessians of any. */
  gradient(i: number, g: Float64Array): number;
  /** Calls `use` with each sample's Hessian, (n, n), which the next overwrites; in any order. */
  forEachHessian(use: (i: number, H: Float64Array) => void): void;
}

/**
 * The loss called `name` between the soft permutation of a relaxed sorting network and the true one, for n >= 2 scores
 * a sample; value and gradient of some thousands on an odd-even network, the Hessian of some five hundred (on a
 * bitonic one, twice and more), UNSUPPORTED with the limit beyond.
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
      const batch = { y, targets };
      const sweeps = crossEntropy === 'float32'
        ? float32Sweeps(comparators, sigmoid, batch)
        : exactSweeps(comparators, sigmoid, crossEntropy, batch);
      const hessian = (): Matrices => {
        checkNetworkSize(`${name}, Hessian`, crossEntropy === 'float32' ? 'promoted' : 'hessian', network, n);
        return lazilyDense(y.rows, n, () => blocksOf(sweeps, y), () => meanOf(sweeps, y));
      };
      return { ...valueAndGradient(sweeps, y), hessian: once(hessian) };
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
  net.forward(sigmoid, scores, 0, 0);
  const P = zeros(n, n);
  for (let r = 0; r < n; r++) P.data.set(net.X.subarray(r * net.stride, r * net.stride + n), r * n);
  return {
    P,
    pullback(G) {
      net.XBar.fill(0);
      for (let r = 0; r < n; r++) net.XBar.set(row(G, r), r * net.stride);
      net.reverse(0);
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

function valueAndGradient(sweeps: Sweeps, { rows, cols }: Batch): Pick<Evaluation, 'value' | 'gradient'> {
  const value = new Float64Array(rows);
  const gradients = zeros(rows, cols);
  for (let i = 0; i < rows; i++) value[i] = sweeps.gradient(i, gradients.data);
  return { value, gradient: () => copyOf(gradients) };
}

function blocksOf({ forEachHessian }: Sweeps, { rows, cols: n }: Batch): Batch {
  const blocks = zeros(rows, n * n);
  forEachHessian((i, H) => blocks.data.set(H, i * n * n));
  return blocks;
}

function meanOf({ forEachHessian }: Sweeps, { rows, cols: n }: Batch): Float64Array {
  const C = new Float64Array(n * n);
  forEachHessian((_i, H) => {
    for (let k = 0; k < C.length; k++) C[k] += H[k];
  });
  for (let k = 0; k < C.length; k++) C[k] /= rows;
  return C;
}

interface NetworkBatch {
  readonly y: Batch;
  readonly targets: readonly number[][];
}

/** In float64, and in logarithms for samples with entries of X that count and are too small for it. */
function exactSweeps(
  network: SortingNetwork,
  sigmoid: Sigmoid,
  crossEntropy: 'binary' | 'row',
  batch: NetworkBatch,
): Sweeps {
  const { n } = network;
  const { rows, data: y } = batch.y;
  const logarithmic = once(() => logNetwork(network, sigmoid, ...logWeights(crossEntropy, n)));
  const entropy = entryCrossEntropies[crossEntropy];
  const T = new Float64Array(n * n);
  const near: number[] = [];
  const far: number[] = [];
  const uncurved = gradientNetwork(network);
  /** The value of sample i that went forward to that place; NaN where `purpose` has it taken in logarithms. */
  const valueOf = (net: RelaxedNetwork, i: number, place: number, purpose: keyof Bounds): number =>
    entropy(net, toPermutation(batch.targets[i], T), leastEntries(sigmoid, y, i * n, n)[purpose], place);
  const forward = (net: RelaxedNetwork, i: number, place: number): number => {
    net.forward(sigmoid, y, i * n, place);
    return valueOf(net, i, place, 'hessian');
  };
  return {
    gradient(i, g) {
      uncurved.holds = rows <= uncurved.samples ? batch : undefined;
      const place = i % uncurved.samples;
      let value = forward(uncurved, i, place);
      if (Number.isNaN(value)) {
        far.push(i);
        value = valueOf(uncurved, i, place, 'gradient');
      } else near.push(i);
      if (Number.isNaN(value)) value = logarithmic().gradient(y, i * n, T, uncurved.xBar);
      else uncurved.reverse(place);
      for (let j = 0, o = i * n; j < n; j++, o++) g[o] = uncurved.xBar[j];
      return value;
    },
    forEachHessian(use) {
      const net = relaxedNetwork(network, 'hessian');
      const known = net.holds === batch;
      if (!known) net.holds = undefined;
      const H = new Float64Array(n * n);
      forEachPair(n, near, (left, right) => {
        const [p, q] = known ? [left, right] : [0, 1];
        if (!known) forward(net, left, p);
        if (!known) forward(net, right, q);
        net.sweepPair(p, q);
        net.hessianOfPair(sigmoid, p, q);
        return net.H;
      }, use);
      for (const i of far) {
        logarithmic().hessian(y, i * n, toPermutation(batch.targets[i], T), H);
        use(i, H);
      }
    },
  };
}

/** Has Hessians made of two samples at a time, (n, n, 2); the last of an odd number is paired with itself. */
function forEachPair(
  n: number,
  samples: readonly number[],
  make: (left: number, right: number) => Float64Array,
  use: (i: number, H: Float64Array) => void,
): void {
  const H = new Float64Array(n * n);
  for (let k = 0; k < samples.length; k += 2) {
    const left = samples[k];
    const right = samples[Math.min(k + 1, samples.length - 1)];
    const pair = make(left, right);
    unpack(pair, n, 0, H);
    use(left, H);
    if (right === left) return;
    unpack(pair, n, 1, H);
    use(right, H);
  }
}

/** The symmetric matrix of which a lane of pairs (n, n, 2) has what is on and above the diagonal. */
function unpack(pairs: Float64Array, n: number, lane: number, H: Float64Array): void {
  for (let r = 0; r < n; r++) {
    for (let c = r; c < n; c++) H[r * n + c] = H[c * n + r] = pairs[2 * (r * n + c) + lane];
  }
}

/**
 * Entries of X below these are taken in logarithms: more where scores are so far apart that a comparator alone asks for
 * it.
 */
function leastEntries({ F, least }: Sigmoid, y: Float64Array, offset: number, n: number): Bounds {
  if (least === LEAST) return LEAST;
  let [smallest, largest] = [Infinity, -Infinity];
  for (let k = offset; k < offset + n; k++) {
    smallest = Math.min(smallest, y[k]);
    largest = Math.max(largest, y[k]);
  }
  const tail = F(smallest - largest);
  return {
    gradient: tail < least.gradient ? least.gradient : LEAST.gradient,
    hessian: tail < least.hessian ? least.hessian : LEAST.hessian,
  };
}

/** As PyTorch does it in float32; the Hessian is that of the rounded numbers. */
function float32Sweeps(network: SortingNetwork, sigmoid: Sigmoid, batch: NetworkBatch): Sweeps {
  const { n } = network;
  const { y, targets } = batch;
  const T = new Float64Array(n * n);
  const remembered = y.rows <= float32Samples(network);
  const through = (net: Float32Network, i: number): number => {
    net.forward(sigmoid, y.data, i * n);
    const value = float32Binary(net, toPermutation(targets[i], T));
    net.reverse();
    return value;
  };
  return {
    gradient(i, g) {
      const net = float32Network(network, remembered ? 'hessian' : 'gradient');
      const value = through(net, i);
      if (remembered) {
        net.holds = batch;
        net.keep(i);
      }
      g.set(net.xBar, i * n);
      return value;
    },
    forEachHessian(use) {
      const rounded = float32Network(network, 'hessian');
      const net = relaxedNetwork(network, 'promoted');
      const known = rounded.holds === batch;
      forEachPair(n, Array.from(targets.keys()), (left, right) => {
        [left, right].forEach((i, lane) => {
          if (!known) through(rounded, i);
          const { state, truth } = net.rounded[lane];
          state.set(known ? rounded.kept(i) : rounded.state);
          toPermutation(targets[i], truth);
        });
        net.promotePair();
        net.hessianOfPair(sigmoid, 0, 1);
        return net.H;
      }, use);
    },
  };
}
