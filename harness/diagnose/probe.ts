import type { Batch } from '../../core/batch.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import { createRng } from '../../core/random/rng.js';

/** A batch of a loss's own samples that is moved about: row i has its target, and its noise, wherever it is. */
export interface Probe {
  readonly loss: CheckedLoss;
  /** (N, m): outputs as the plugin samples them. */
  readonly y: Batch;
  /** (N, m): others, of other samples. */
  readonly other: Batch;
  /** (N) */
  readonly targets: readonly unknown[];
  /** (N): the lowest value of each sample in all evaluations so far, with the same noise. */
  readonly lowest: Float64Array;
  /** The loss at Y (n, m), of the first n samples; with another noise where it is asked for. */
  evaluate(Y: Batch, noise?: number): CheckedEvaluation;
}

/** N samples of a loss, of `outputs` each where that is given: SHAPE where it has others. The same for a seed. */
export function probeOf(loss: CheckedLoss, samples: number, seed: number, outputs?: number): Probe {
  const rng = createRng(seed);
  const { y, targets } = loss.sample(rng.split(0), samples, outputs);
  const { y: other } = loss.sample(rng.split(1), samples, y.cols);
  checkSizes(loss.plugin.name, y, other, outputs ?? y.cols);
  const lowest = new Float64Array(samples).fill(Infinity);
  return {
    ...{ loss, y, other, targets, lowest },
    evaluate(Y, noise = 0) {
      const e = loss.evaluate(Y, targets.slice(0, Y.rows), rng.split(2 + noise));
      if (noise === 0) e.value.forEach((value, i) => lowest[i] = Math.min(lowest[i], value));
      return e;
    },
  };
}

function checkSizes(name: string, y: Batch, other: Batch, expected: number): void {
  const odd = [y, other].find(({ cols }) => cols !== expected);
  if (!odd) return;
  throw new LossError('SHAPE', `${name}: samples should have ${expected} outputs, got ${odd.cols}`);
}

/** What `measure` gives, or nothing where the loss is not finite there, or cannot do it. */
export function whereDefined<T>(measure: () => T): T | undefined {
  try {
    return measure();
  } catch (error) {
    if (error instanceof LossError && (error.code === 'NONFINITE' || error.code === 'UNSUPPORTED')) return undefined;
    throw error;
  }
}

/** s Y */
export function spreadOut(Y: Batch, s: number): Batch {
  return { ...Y, data: Y.data.map((x) => s * x) };
}

/** Y - c D */
export function moved(Y: Batch, c: number, D: Batch): Batch {
  return { ...Y, data: Y.data.map((x, k) => x - c * D.data[k]) };
}
