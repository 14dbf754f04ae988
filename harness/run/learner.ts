import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../../core/errors.js';
import type { Registry } from '../../core/registry.js';
import type { Rng } from '../../core/random/rng.js';
import type { Experiment } from '../experiments/experiment.js';
import { checkMemory, LARGEST_ARRAY, memoryThere } from './memory.js';
import { findModel, type Model } from '../models/index.js';
import { createOptimizer } from './create-optimizer.js';
import type { RunData } from './run-data.js';
import { findTask, type Metrics, type OpenTask, type Split, type Task, type TaskContext } from '../tasks/index.js';
import { curvatureOf } from '../experiments/curvature.js';
import type { Optimizer } from '../../tfjs/optimizer.js';
import type { StepInfo, TensorStep } from '../../tfjs/index.js';
import { entriesOf } from '../../tfjs/tensor-entries.js';
import { arrayOf, createNetwork, restoreNetwork, streams, variablesByName } from './network.js';
import { createTraining, type Training } from './training.js';

/**
 * A network that learns. An update depends on the weights, the optimizer's state, the step and the run's stream, and on nothing
 * else.
 */
export class Learner {
  private readonly optimizer: Optimizer;

  constructor(
    private readonly experiment: Experiment,
    private readonly task: OpenTask,
    private readonly model: Model,
    private readonly training: Training,
    private readonly rng: Rng,
    /** What `evaluate` measures. */
    readonly metrics: Task['metrics'] = {},
  ) {
    this.optimizer = createOptimizer(experiment.optimizer);
  }

  /**
   * Reads the data and makes the network. DATA, SHAPE, PARAMS, UNSUPPORTED where a batch or the weights are more than
   * memory holds; the reason of `signal` where that is aborted meanwhile.
   */
  static async open(
    experiment: Experiment,
    registry: Registry,
    rng: Rng,
    context: Omit<TaskContext, 'rng'> = {},
  ): Promise<Learner> {
    const { name: taskName, ...taskParams } = experiment.task;
    const { name: modelName, ...modelParams } = experiment.model;
    const loss = await registry.create(experiment.loss.name, experiment.loss.params);
    const task = await findTask(registry, taskName);
    const params = await registry.resolve(task, taskParams);
    const opened = await task.open(params, { ...context, rng: rng.split(streams.task) });
    if (loss.outputs !== undefined && loss.outputs !== opened.outputs) {
      const expected = `the ${opened.outputs} outputs that a network has for the task ${taskName}`;
      throw new LossError(
        'SHAPE',
        `${experiment.loss.name}: its parameters should be for ${expected}, got them for ${loss.outputs}`,
      );
    }
    checkBatchMemory(experiment.batchSize, opened.input);
    const plan = await findModel(registry, modelName);
    const { newton } = experiment;
    const training = createTraining(loss, newton, curvatureOf(newton, loss.capabilities, plan));
    const model = createNetwork(plan, modelParams, { input: opened.input, outputs: opened.outputs, rng });
    return new Learner(experiment, opened, model, training, rng.split(streams.loss), task.metrics);
  }

  /** What it learns from. */
  get data(): RunData {
    const { source, digests, input, outputs } = this.task;
    return { source, ...(digests && { digests }), input, outputs };
  }

  /** As `OpenTask.prepare`. */
  async prepare(split: Split): Promise<void> {
    await this.task.prepare?.(split);
  }

  /**
   * Makes update `step` (1, 2, ...). NONFINITE where an output, the loss or a gradient is not finite: the weights are
   * as before, the model's state may not be.
   */
  update(step: number): StepInfo {
    const { x, targets } = this.task.batch(step, this.experiment.batchSize);
    const { variables } = this.model;
    const rng = this.rng.split(step);
    let latest: TensorStep | undefined;
    const minimise = (): tf.Scalar => (latest = this.training(this.model, x, targets, rng)).value;
    const { value, grads } = tf.variableGrads(minimise, variables);
    try {
      variables.forEach(({ name }, k) => checkFinite(entriesOf(grads[name]), `the gradient of weight array ${k}`));
      this.optimizer.apply(variables, grads);
      return latest!;
    } finally {
      tf.dispose([x, value, grads]);
    }
  }

  /** The metrics of a split, and how many samples they are of. */
  evaluate(split: Split, step: number): { readonly metrics: Metrics; readonly samples: number } {
    let samples = 0;
    const predict = (x: tf.Tensor): tf.Tensor2D => {
      samples += x.shape[0];
      return this.model.predict(x);
    };
    return { metrics: this.task.evaluate(predict, split, step), samples };
  }

  /** As `OpenTask.draw`. */
  draw(): string | undefined {
    return this.task.draw?.((x) => this.model.predict(x));
  }

  /** Weights, the model's state and the optimizer's moments by name. NONFINITE where a weight or the state is not finite. */
  arrays(): Record<string, Float32Array> {
    const network = variablesByName(this.model).map(([name, variable]) =>
      [name, finiteValues(variable, name)] as const
    );
    const moments = this.optimizer.state().moments.flatMap((arrays, k) =>
      Object.entries(arrays).map(([name, array]) => [`${name}-${k}`, array] as const)
    );
    return Object.fromEntries([...network, ...moments]);
  }

  /** Takes over what `arrays` gave after update `step`. CHECKPOINT where it does not fit this network. */
  restore(step: number, arrays: Readonly<Record<string, Float32Array>>): void {
    restoreNetwork(this.model, arrays);
    const { names } = this.optimizer;
    const moments = this.model.variables.map(({ size }, k) =>
      Object.fromEntries(names.map((name) => [name, arrayOf(arrays, `${name}-${k}`, size)]))
    );
    this.optimizer.restore({ step, moments });
  }

  dispose(): void {
    this.model.dispose();
  }
}

function checkBatchMemory(batchSize: number, input: readonly number[]): void {
  const bytes = 4 * batchSize * tf.util.sizeFromShape([...input]);
  checkMemory(
    `a batch of ${batchSize} samples of shape (${input.join(', ')})`,
    bytes,
    Math.min(LARGEST_ARRAY, memoryThere()),
  );
}

function finiteValues(tensor: tf.Tensor, what: string): Float32Array {
  const values = tensor.dataSync<'float32'>();
  checkFinite(values, what);
  return values;
}

function checkFinite(values: Float32Array, what: string): void {
  let zero = 0;
  for (let k = 0; k < values.length; k++) zero += 0 * values[k];
  if (zero === 0) return;
  const k = values.findIndex((value) => !Number.isFinite(value));
  throw new LossError('NONFINITE', `${what} should be finite, got ${values[k]} at entry ${k}`);
}
