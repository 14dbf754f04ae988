import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../../core/random/rng.js';
import { resolveParams } from '../../core/algorithms/checked-algorithm.js';
import type { Tested } from '../../conformance/check.js';
import { dataDigest } from '../tasks/data-digest.js';
import type { Metrics, OpenTask, Predict, Split, Task } from '../tasks/index.js';

/** A task under test, opened three times: from one seed, from the same again, and from another. */
export interface TaskSubject extends Tested {
  readonly plugin: Task;
  /** The task opened; throws what `open` or `prepare` rejected with. */
  opened(which?: Opening): OpenTask;
  /** What `open` rejected with where its signal had been aborted, if it did. */
  readonly aborted: { readonly reason: unknown; readonly rejection: unknown };
}

export type Opening = 'first' | 'again' | 'other seed';

export const splits: readonly Split[] = ['validation', 'test'];

/** Opens the task with these parameters; that it fails is left to the checks. `data`: where it finds its data. */
export async function taskSubject(plugin: Task, params: object, data: string | undefined): Promise<TaskSubject> {
  const open = async (seed: number, signal?: AbortSignal): Promise<OpenTask> => {
    const context = { data, rng: createRng(seed), ...(signal && { signal }) };
    const task = await plugin.open(resolveParams(plugin, params).made, context);
    for (const split of splits) await task.prepare?.(split);
    return task;
  };
  const settled = async (promise: Promise<OpenTask>): Promise<() => OpenTask> => {
    try {
      const task = await promise;
      return () => task;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };
  const openings: Readonly<Record<Opening, () => OpenTask>> = {
    first: await settled(open(1)),
    again: await settled(open(1)),
    'other seed': await settled(open(2)),
  };
  const reason = new Error('stopped');
  const rejection: unknown = await open(1, AbortSignal.abort(reason)).then(() => undefined, (error: unknown) => error);
  return {
    plugin,
    setting: undefined,
    capabilities: {},
    opened: (which = 'first') => openings[which](),
    aborted: { reason, rejection },
  };
}

/** A batch as text: equal texts are equal batches. */
export function batchText(task: OpenTask, step: number, size: number): string {
  const { x, targets } = task.batch(step, size);
  const text = `${textOfTensor(x)} ${JSON.stringify(targets)}`;
  x.dispose();
  return text;
}

/** What an evaluation shows to a network of fixed weights, as text, and what comes of it. */
export function evaluation(task: OpenTask, split: Split, step: number): { seen: string; metrics: Metrics } {
  const predict = projection(task);
  const seen: string[] = [];
  const metrics = task.evaluate(
    (x) => {
      seen.push(textOfTensor(x));
      return predict(x);
    },
    split,
    step,
  );
  return { seen: seen.join(' '), metrics };
}

/** A network that projects what a sample has to the outputs, by fixed weights. */
export function projection({ input, outputs }: OpenTask): Predict {
  const size = tf.util.sizeFromShape([...input]);
  const rng = createRng(7);
  const weights = Float32Array.from({ length: size * outputs }, () => rng.normal() / Math.sqrt(size));
  return (x) => tf.tidy(() => tf.matMul(tf.reshape<tf.Rank.R2>(x, [-1, size]), tf.tensor2d(weights, [size, outputs])));
}

function textOfTensor(x: tf.Tensor): string {
  return `(${x.shape.join(', ')}) ${dataDigest(x.shape, x.dataSync())}`;
}
