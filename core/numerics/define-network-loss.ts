import { type Batch } from '../batch.js';
import { defineLoss } from '../define.js';
import { type LossPlugin } from '../loss.js';
import { crossEntropySchema, ranksSchema, sortingCapabilities } from './cross-entropy/options.js';
import { networkPermutation, type NetworkParams, networkRelaxationLoss } from './network-relaxation.js';
import { sampleRankings } from './sample-rankings.js';
import { type Sigmoid } from './sigmoid.js';

/** What makes one differentiable sorting network differ from another: its sigmoid. */
export interface NetworkLoss {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  sigmoid(steepness: number): Sigmoid;
}

/** The plugin of a differentiable sorting network with the given sigmoid. */
export function defineNetworkLoss({ name, title, source, sigmoid }: NetworkLoss): LossPlugin<number[], NetworkParams> {
  return defineLoss<number[], NetworkParams>({
    name,
    title,
    source,
    params: {
      type: 'object',
      properties: {
        steepness: { type: 'number', exclusiveMinimum: 0, default: 10 },
        network: { type: 'string', enum: ['odd-even', 'bitonic'], default: 'odd-even' },
        crossEntropy: crossEntropySchema,
      },
      required: ['steepness', 'network', 'crossEntropy'],
      additionalProperties: false,
    },
    target: ranksSchema,
    capabilities: sortingCapabilities,
    create: (params) => networkRelaxationLoss(sigmoid(params.steepness), params),
    sample: (_params, rng, rows) => sampleRankings(rng, rows, 5, 0.1),
  });
}

/** The soft permutation of a differentiable sorting network as a function of a vector of scores: (n, n), P[rank, item]. */
export function networkSoftPermutation({ sigmoid }: Pick<NetworkLoss, 'sigmoid'>) {
  return (scores: ArrayLike<number>, { steepness = 10, network = 'odd-even' }: Partial<NetworkParams> = {}): Batch =>
    networkPermutation(sigmoid(steepness), network, scores);
}
