import { type Batch, copyOf, zeros } from '../batch.js';
import { withHessian } from '../define.js';
import { type Evaluation, type Loss } from '../loss.js';
import { rejectRanks, toPermutation } from '../ranking.js';
import { entryCrossEntropies, logWeights } from './cross-entropy/entries.js';
import { type CrossEntropy, crossEntropyCapabilities } from './cross-entropy/options.js';
import { logNetwork } from './log-network.js';
import { hessian, networkTangents } from './relaxed-network-hessian.js';
import { forward, type RelaxedNetwork, relaxedNetwork, reverse } from './relaxed-network.js';
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
export function networkPermutation(sigmoid: Sigmoid, network: NetworkName, scores: ArrayLike<number>): Batch {
  const n = scores.length;
  const net = relaxedNetwork(sortingNetwork(network, n));
  forward(net, sigmoid, Float64Array.from(scores), 0);
  return { rows: n, cols: n, data: net.X };
}

function evaluate(sigmoid: Sigmoid, name: NetworkName, crossEntropy: CrossEntropy, y: Batch, targets: readonly number[][]): Evaluation {
  const n = y.cols;
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, n);
  const net = relaxedNetwork(sortingNetwork(name, n));
  const pass = gradientPass(sigmoid, crossEntropy, net);
  const logPass = logNetwork(net.network, sigmoid, ...logWeights(crossEntropy, n));
  for (let i = 0; i < y.rows; i++) {
    value[i] = pass.run(y.data, i * n, targets[i]!);
    if (Number.isNaN(value[i])) value[i] = logPass.gradient(y.data, i * n, pass.T, net.xBar);
    gradients.data.set(net.xBar, i * n);
  }

  const hessians = (): Batch => {
    const blocks = zeros(y.rows, n * n);
    const tangents = networkTangents(net);
    const H = new Float64Array(n * n);
    for (let i = 0; i < y.rows; i++) {
      if (Number.isNaN(pass.run(y.data, i * n, targets[i]!))) logPass.hessian(y.data, i * n, pass.T, H);
      else hessian(net, sigmoid, tangents, pass.curvature, H);
      blocks.data.set(H, i * n * n);
    }
    return blocks;
  };
  return withHessian({ value, gradient: () => copyOf(gradients) }, hessians);
}

/** Value of one sample, its gradient left in net.xBar and f'' in `curvature`; NaN where it has to be done in logarithms. */
function gradientPass(sigmoid: Sigmoid, crossEntropy: CrossEntropy, net: RelaxedNetwork) {
  const { n } = net.network;
  const T = new Float64Array(n * n);
  const curvature = new Float64Array(n * n);
  const run = (y: Float64Array, offset: number, ranks: readonly number[]): number => {
    forward(net, sigmoid, y, offset);
    toPermutation(ranks, T);
    const value = entryCrossEntropies[crossEntropy](net.X, T, n, net.XBar, curvature);
    if (!Number.isNaN(value)) reverse(net, sigmoid);
    return value;
  };
  return { T, curvature, run };
}
