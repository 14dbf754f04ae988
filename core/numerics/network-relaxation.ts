import { type Batch, copyOf, row, zeros } from '../batch.js';
import { withHessian } from '../define.js';
import { type Evaluation, type Loss } from '../loss.js';
import { rejectRanks, toPermutation } from '../ranking.js';
import { entryCrossEntropies, logWeights } from './cross-entropy/entries.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy/options.js';
import { type LogNetwork, logNetwork } from './log-network.js';
import { relaxedNetwork } from './relaxed-network.js';
import { type Sigmoid } from './sigmoid.js';
import { type NetworkName, sortingNetwork } from './sorting-network.js';

export interface NetworkParams {
  steepness: number;
  network: NetworkName;
  crossEntropy: CrossEntropy;
}

/** The loss between the soft permutation of a relaxed sorting network and the true one, for any number n >= 2 of scores a sample. */
export function networkRelaxationLoss(sigmoid: Sigmoid, { network, crossEntropy }: NetworkParams): Loss<number[]> {
  return {
    capabilities: crossEntropyCapabilities(crossEntropy),
    reject: rejectRanks,
    evaluate: (y, targets) => evaluate(sigmoid, network, crossEntropy, y, targets),
  };
}

/** The soft permutation of one vector of scores: (n, n), P[rank, item], rows and columns summing to 1. */
export function networkPermutation(sigmoid: Sigmoid, network: NetworkName, scores: Float64Array): Batch {
  const n = scores.length;
  const net = relaxedNetwork(sortingNetwork(network, n));
  net.forward(sigmoid, scores, 0);
  const P = zeros(n, n);
  for (let r = 0; r < n; r++) P.data.set(net.X.subarray(r * net.stride, r * net.stride + n), r * n);
  return P;
}

function evaluate(sigmoid: Sigmoid, name: NetworkName, crossEntropy: CrossEntropy, y: Batch, targets: readonly number[][]): Evaluation {
  const n = y.cols;
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const network = sortingNetwork(name, n);
  const net = relaxedNetwork(network);
  const T = new Float64Array(n * n);
  let logarithmic: LogNetwork | undefined;
  const inLogarithms = (): LogNetwork => (logarithmic ??= logNetwork(network, sigmoid, ...logWeights(crossEntropy, n)));

  /** Value of one sample, its gradient left in net.xBar; NaN where it has to be done in logarithms. */
  const pass = (i: number): number => {
    net.forward(sigmoid, y.data, i * n);
    toPermutation(targets[i]!, T);
    const sample = entryCrossEntropies[crossEntropy](net, T);
    if (!Number.isNaN(sample)) net.reverse();
    return sample;
  };
  for (let i = 0; i < y.rows; i++) {
    value[i] = pass(i);
    if (Number.isNaN(value[i])) value[i] = inLogarithms().gradient(y.data, i * n, T, net.xBar);
    gradients.data.set(net.xBar, i * n);
  }

  const hessian = (): Batch => {
    const blocks = zeros(y.rows, n * n);
    for (let i = 0; i < y.rows; i++) {
      const block = row(blocks, i);
      if (Number.isNaN(pass(i))) inLogarithms().hessian(y.data, i * n, T, block);
      else {
        net.hessian(sigmoid);
        for (let k = 0; k < n * n; k++) block[k] = net.H[Math.floor(k / n) * net.stride + (k % n)]!;
      }
    }
    return blocks;
  };
  return withHessian({ value, gradient: () => copyOf(gradients) }, hessian);
}
