import { defineLoss } from '../define.js';
import type { LossPlugin } from '../loss.js';
import { parameters } from '../parameters.js';
import { crossEntropySchema, ranksSchema, sortingCapabilities } from './cross-entropy-options.js';
import { networkPermutation, type NetworkParams, networkRelaxationLoss } from './network-relaxation.js';
import type { SoftPermutation } from './pull-back.js';
import { sampleRankings } from './sample-rankings.js';
import type { Sigmoid } from './sigmoid.js';
import { type SoftOperators, softOperators } from './soft-operators.js';

/** What makes one differentiable sorting network differ from another: its sigmoid. */
export interface NetworkLoss {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  sigmoid(steepness: number): Sigmoid;
}

/** A differentiable sorting network with the given sigmoid: its loss plugin, and its operators on vectors. */
export function defineNetworkLoss({ name, title, source, sigmoid }: NetworkLoss): {
  plugin: LossPlugin<number[], NetworkParams>;
  operators: SoftOperators<NetworkParams>;
} {
  const plugin = defineLoss({
    name,
    title,
    source,
    params: parameters({
      steepness: { type: 'number', exclusiveMinimum: 0, default: 10 },
      network: { type: 'string', enum: ['odd-even', 'bitonic'], default: 'odd-even' },
      crossEntropy: crossEntropySchema,
    }),
    target: ranksSchema,
    capabilities: sortingCapabilities,
    create: (params) => networkRelaxationLoss(name, sigmoid(params.steepness), params),
    sample: (_params, rng, rows, m = 5) => sampleRankings(rng, rows, m, 0.1),
  });
  const permutation = (scores: Float64Array, { steepness, network }: NetworkParams): SoftPermutation =>
    networkPermutation(name, sigmoid(steepness), network, scores);
  return { plugin, operators: softOperators(plugin, permutation) };
}
