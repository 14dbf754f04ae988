import * as tf from '@tensorflow/tfjs-core';
import type { SchemaObject } from 'ajv';
import { normalisedRegret, regret } from '../../../core/algorithm-losses/index.js';
import type { CheckedAlgorithm } from '../../../core/algorithms/algorithm.js';
import type { Batch } from '../../../core/batch.js';
import { wantsOutputs } from '../../../core/outputs-target.js';
import type { Rng } from '../../../core/random/rng.js';
import { dataDigest } from '../data-digest.js';
import { epochs } from '../epochs.js';
import { finiteOutputs } from '../finite-outputs.js';
import type { MetricInfo, Metrics, OpenTask, Predict, Split } from '../task.js';
import { decisionTarget, drawInstances, type InstanceParams, type Instances } from './instances.js';

/** What decisions are judged by. */
const decisionMetrics: Readonly<Record<string, MetricInfo>> = {
  optimality: {
    meaning: 'the share of test samples whose decision is as good as the best',
    better: 'larger',
    kind: 'share',
  },
  regret: {
    meaning: 'what all decisions lose against the best, over what the best cost or are worth',
    better: 'smaller',
    kind: 'share',
  },
};

/** The outputs are costs: the true ones for losses that say what outputs should be, solutions for all others. */
function supervisionFor(loss: { readonly target: SchemaObject }): Pick<InstanceParams, 'supervision'> {
  return { supervision: wantsOutputs(loss) ? 'costs' : 'solution' };
}

/** What all tasks of decisions say of themselves. */
export const decisionTask = { target: decisionTarget, metrics: decisionMetrics, paramsFor: supervisionFor } as const;

/** As good: differences this small are rounding; costs are of the order of 1. */
const EQUAL = 1e-9;

/**
 * Predict, then optimise: from features x (N, p) a network predicts costs y (N, m), by which `algorithm`, of m costs,
 * decides; the true costs judge it. Training goes through its samples epoch after epoch, each in a random order.
 * Everything but that order is a function of `params` alone.
 */
export function openDecisions(
  algorithm: CheckedAlgorithm,
  m: number,
  params: InstanceParams,
  rng: Rng,
): OpenTask<number[]> {
  const { name } = algorithm.plugin;
  const p = params.features;
  const drawn = (split: Split | 'train'): Instances => drawInstances(params, m, split);
  const train = drawn('train');
  const heldOut = { validation: drawn('validation'), test: drawn('test') };
  const labels = params.supervision === 'costs' ? train.costs : algorithm.solveBatch(costsOf(train)).w.data;
  const order = epochs(rng, train.count);
  const digestOf = ({ count, features, costs }: Instances): string => dataDigest([count, p, m], features, costs);
  return {
    input: [p],
    source: `generated samples, seed ${params.dataSeed}`,
    digests: {
      train: digestOf(train),
      validation: digestOf(heldOut.validation),
      test: digestOf(heldOut.test),
    },
    outputs: m,
    heldOut: 'frozen',
    batch(step, size) {
      const rows = order((step - 1) * size, size);
      const x = new Float32Array(size * p);
      rows.forEach((from, i) => x.set(train.features.subarray(from * p, (from + 1) * p), i * p));
      return {
        x: tf.tensor2d(x, [size, p]),
        targets: Array.from(rows, (i) => Array.from(labels.subarray(i * m, (i + 1) * m))),
      };
    },
    evaluate: (predict, split) => decisionsOf(heldOut[split], predict),
  };

  function costsOf({ count, costs }: Instances): Batch {
    return { rows: count, cols: m, data: costs };
  }

  function decisionsOf(samples: Instances, predict: Predict): Metrics {
    const { count, features } = samples;
    const outputs = finiteOutputs(name, predict, () => tf.tensor2d(features, [count, p]), count * m);
    const [c, y] = [costsOf(samples), { rows: count, cols: m, data: Float64Array.from(outputs) }];
    const optimal = regret(algorithm, c, y).reduce((sum, lost) => sum + Number(lost < EQUAL), 0);
    return { optimality: optimal / count, regret: normalisedRegret(algorithm, c, y) };
  }
}
