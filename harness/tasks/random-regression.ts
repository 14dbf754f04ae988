import * as tf from '@tensorflow/tfjs-core';
import { parameters, type ValueOf } from '../../core/parameters.js';
import type { Rng } from '../../core/random/rng.js';
import { epochs } from './epochs.js';
import { finiteOutputs } from './finite-outputs.js';
import { defineTask } from './define-task.js';
import type { MetricInfo, Metrics, OpenTask } from './task.js';

const metrics: Readonly<Record<string, MetricInfo>> = {
  explained: {
    meaning: 'the share of the variance of the targets that the outputs explain, on the training set',
    better: 'larger',
    kind: 'share',
  },
  mse: { meaning: 'the mean squared error on the training set', better: 'smaller', kind: 'number' },
};

const count = { type: 'integer', minimum: 1, maximum: 1_000_000 } as const;

const params = parameters({
  samples: { ...count, default: 300, description: 'to learn from, and to be measured on' },
  inputs: { ...count, default: 20, description: 'numbers that the network sees of a sample' },
  outputs: { ...count, default: 1, description: 'numbers that it is to give' },
});

/**
 * Regression of standard normals X (samples, inputs) to standard normals Y (samples, outputs) that have nothing to do
 * with them: how fast does a network fit its training set? There is nothing held out, since nothing carries over;
 * both splits are the training set. Another seed draws other samples. A batch is the next `size` samples of epochs,
 * all of them for size = samples.
 *
 * Source: the example "ReLU Layers" of Agrawal et al., Differentiable convex optimization layers, NeurIPS 2019
 * (cvxpylayers); Petersen et al., Newton Losses, NeurIPS 2024, appendix G.
 */
export default defineTask({
  name: 'random-regression',
  title: 'Fitting random targets of random inputs',
  params,
  target: { type: 'array', items: { type: 'number' }, description: 'the numbers that the outputs should be' },
  metrics,
  validation: false,

  async open(given, { rng, signal }) {
    signal?.throwIfAborted();
    return openRandomRegression(given, rng);
  },
});

const streams = { X: 0, Y: 1, order: 2 };

function openRandomRegression(
  { samples, inputs, outputs }: ValueOf<typeof params>,
  rng: Rng,
): OpenTask<number[]> {
  const X = normals(samples * inputs, rng.split(streams.X));
  const Y = normals(samples * outputs, rng.split(streams.Y));
  const order = epochs(rng.split(streams.order), samples);
  return {
    input: [inputs],
    source: 'standard normals, drawn from the seed',
    digests: {}, // runs of another seed learn from other samples, and may be compared nevertheless
    outputs,
    heldOut: 'seeded',
    batch(step, size) {
      const rows = order((step - 1) * size, size);
      const targets = Array.from(rows, (i) => Array.from(Y.subarray(i * outputs, (i + 1) * outputs)));
      return { x: tf.tensor2d(gathered(X, inputs, rows), [size, inputs]), targets };
    },
    evaluate(predict) {
      const x = (): tf.Tensor => tf.tensor2d(X, [samples, inputs]);
      return fitOf(finiteOutputs('random-regression', predict, x, Y.length), Y, outputs);
    },
  };
}

function normals(size: number, rng: Rng): Float32Array {
  return Float32Array.from({ length: size }, () => rng.normal());
}

function gathered(X: Float32Array, cols: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * cols);
  rows.forEach((from, i) => out.set(X.subarray(from * cols, (from + 1) * cols), i * cols));
  return out;
}

/** Of outputs and targets, both (samples, outputs); the variance is about the mean of each output. */
function fitOf(y: Float32Array, targets: Float32Array, outputs: number): Metrics {
  const mean = new Float64Array(outputs);
  for (let k = 0; k < targets.length; k++) mean[k % outputs] += (targets[k] * outputs) / targets.length;
  let [residual, total] = [0, 0];
  for (let k = 0; k < targets.length; k++) {
    residual += (y[k] - targets[k]) ** 2;
    total += (targets[k] - mean[k % outputs]) ** 2;
  }
  return { explained: 1 - residual / total, mse: residual / targets.length };
}
