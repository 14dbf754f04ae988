import { type Batch, row, zeros } from '../batch.js';
import { defineLoss } from '../define.js';
import type { Capabilities, LossPlugin } from '../loss.js';
import { parameters } from '../parameters.js';
import type { Rng } from '../random/rng.js';
import { ranksOf } from '../ranking.js';
import { crossEntropySchema } from './cross-entropy.js';
import { networkPermutation, type NetworkParams, networkRelaxationLoss } from './network-relaxation.js';
import { softmaxPermutation, type SoftPermutation } from './pull-back.js';
import { type RowParams, rowRelaxationLoss, rowRelaxationPermutation } from './row-relaxation.js';
import type { RowRelaxation } from './row-samples.js';
import type { Sigmoid } from './sigmoid.js';
import { type SoftOperators, softOperators } from './soft-operators.js';

/** What every loss on a soft permutation promises. */
export const sortingCapabilities: Capabilities = {
  gradient: 'exact',
  hessian: 'exact',
  convex: false,
  nonnegative: true,
  deterministic: true,
  fisher: true,
};

/** A ranking target: the 0-based ascending rank of each item, equal items sharing their lowest rank. */
export const ranksSchema = { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2 } as const;

/**
 * Typical data for a sorting loss: normal scores of the given spread, and the ranks of the same scores disturbed by as
 * much again, so that some pairs are in the wrong order. One target in four has a tie.
 */
export function sampleRankings(rng: Rng, rows: number, n: number, spread: number): { y: Batch; targets: number[][] } {
  const y = zeros(rows, n);
  const targets = Array.from({ length: rows }, (_, i) => {
    const stream = rng.split(i);
    const truth = row(y, i).map((_score, j, scores) =>
      (scores[j] = spread * stream.normal()) + spread * stream.normal()
    );
    if (n > 2 && stream.integer(4) === 0) truth[0] = truth[1];
    return ranksOf(truth);
  });
  return { y, targets };
}

/** What makes one differentiable sorting network differ from another: its sigmoid. */
export interface NetworkLoss {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  sigmoid(steepness: number): Sigmoid;
}

/** What makes one relaxation by rows differ from another: its logits, and the kernel that knows a fast way. */
export interface RowLoss extends RowRelaxation {
  readonly title: string;
  readonly source: string;
  /** By default. */
  readonly temperature: number;
  /** Of the scores that `sample` draws. */
  readonly spread: number;
}

/** A sorting relaxation: its loss plugin, and its operators on vectors. */
export interface SortingRelaxation<Params extends object> {
  readonly plugin: LossPlugin<number[], Params>;
  readonly operators: SoftOperators<Params>;
}

/** A relaxation whose soft permutations have softmaxes as rows. */
export function defineRowLoss({ title, source, temperature, spread, ...rows }: RowLoss): SortingRelaxation<RowParams> {
  const plugin = defineLoss({
    name: rows.name,
    title,
    source,
    params: parameters({
      temperature: { type: 'number', exclusiveMinimum: 0, default: temperature },
      crossEntropy: crossEntropySchema,
    }),
    target: ranksSchema,
    capabilities: sortingCapabilities,
    create: (params) => rowRelaxationLoss(rows, params),
    sample: (_params, rng, count, m = 5) => sampleRankings(rng, count, m, spread),
  });
  const permutation = (scores: Float64Array, params: RowParams): SoftPermutation =>
    softmaxPermutation(
      rowRelaxationPermutation(rows, params.temperature, scores),
      params.temperature,
      (LBar) => rows.logitsPullback(scores, LBar),
    );
  return { plugin, operators: softOperators(plugin, permutation) };
}

/** A differentiable sorting network with the given sigmoid. */
export function defineNetworkLoss({ name, title, source, sigmoid }: NetworkLoss): SortingRelaxation<NetworkParams> {
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
