import * as tf from '@tensorflow/tfjs-core';
import { fillParams } from '../core/validation.js';
import { openRegistry } from '../node/open-registry.js';
import { createRng } from '../core/random/rng.js';
import { loadExperiment } from '../harness/experiments/experiment.js';
import { Learner } from '../harness/run/learner.js';
import { findModel } from '../harness/models/index.js';
import type { OpenTask, TaskBatch } from '../harness/tasks/index.js';
import { curvatureOf } from '../harness/experiments/curvature.js';
import { useBackend } from '../node/tfjs/index.js';
import { createTraining } from '../harness/run/training.js';
import type { Contenders, NetworkCase, Step } from './protocol.js';

/** Updates of the preset's network as `train` makes them, on one thread: plain and with each Newton loss. */
export async function networkContenders(problem: NetworkCase): Promise<Contenders> {
  await useBackend(problem.backend, { threads: 1 });
  return Object.fromEntries(['none', 'fisher', 'hessian'].map((variant) => [variant, () => updates(problem, variant)]));
}

async function updates({ preset, input, inked }: NetworkCase, variant: string): Promise<Step> {
  const experiment = loadExperiment(`${preset}/${variant}`);
  const { name, ...params } = experiment.model;
  const registry = await openRegistry();
  const plan = await findModel(registry, name);
  const rng = createRng(0);
  const task = randomBatch(input, inked, experiment.batchSize);
  const model = plan.create(fillParams(plan, params), { input, outputs: task.outputs, rng: rng.split(0) });
  const loss = await registry.create(experiment.loss.name, experiment.loss.params);
  const training = createTraining(loss, experiment.newton, curvatureOf(experiment.newton, loss.capabilities, plan));
  const learner = new Learner(experiment, task, model, training, rng.split(1));
  let step = 0;
  return () => {
    learner.update(++step);
    return [];
  };
}

/** The same batch at every step, in the backend's memory as PyTorch's is: uniform pixels and zeros, random rankings. */
function randomBatch(input: readonly number[], inked: number, batchSize: number): OpenTask {
  const rng = createRng(2);
  const outputs = input[0];
  const shape = [batchSize, ...input];
  const pixels = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => rng.uniform() < inked ? rng.uniform() : 0,
  );
  const targets = Array.from({ length: batchSize }, () => Array.from(rng.permutation(outputs)));
  const x = tf.tensor(pixels, shape);
  const batch = (): TaskBatch => ({ x: tf.clone(x), targets });
  return { input, source: 'random pictures', digests: {}, outputs, batch, evaluate: () => ({}) };
}
