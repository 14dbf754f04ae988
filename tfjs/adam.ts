import * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../core/errors.js';

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Changes of the learning rate, in any order; none by default. */
  readonly milestones?: readonly Milestone[];
}

/** After `step` updates the learning rate is `factor` times what it was. */
export interface Milestone {
  readonly step: number;
  readonly factor: number;
}

/**
 * What a run needs to go on bit for bit: the number of updates done and both moments of each variable, in the order of
 * the variables.
 */
export interface AdamState {
  readonly step: number;
  readonly moments: readonly Moments[];
}

interface Moments {
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) whose state can be saved; unlike tfjs's own, which also takes epsilon
 * inside the bias correction, it computes what PyTorch does:
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 *     w = w - rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * where the rate of update t is the learning rate times the factors of the milestones whose step is below t.
 *
 * It runs on the host: float64 arithmetic on float32 state, in one pass, which for small networks is several times
 * faster than ten tensor operations a variable, and the same on every backend.
 */
export class Adam {
  private readonly options: Required<AdamOptions>;
  private step = 0;
  private moments: readonly Moments[] = [];

  constructor(options: AdamOptions) {
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, milestones: [], ...options };
    const { learningRate, beta1, beta2, epsilon, milestones } = this.options;
    if (
      !(learningRate > 0 && beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon >= 0 &&
        milestones.every(isMilestone))
    ) {
      const expected =
        'learningRate > 0, beta1 and beta2 in [0, 1), epsilon >= 0, milestones with an integer step >= 1 and a factor > 0';
      throw new LossError('PARAMS', `Adam: expected ${expected}, got ${JSON.stringify(this.options)}`);
    }
  }

  /** The learning rate of update t = 1, 2, ... */
  rateAt(t: number): number {
    const { learningRate, milestones } = this.options;
    return milestones.reduce((rate, { step, factor }) => (step < t ? rate * factor : rate), learningRate);
  }

  /** One update of the variables, always the same ones in the same order; `grads` as tf.variableGrads names them. */
  apply(variables: readonly tf.Variable[], grads: tf.NamedTensorMap): void {
    if (this.moments.length === 0) {
      this.moments = variables.map(({ size }) => ({ m: new Float32Array(size), v: new Float32Array(size) }));
    }
    checkState(this.moments, variables);
    checkGradients(variables, grads);
    this.step++;
    variables.forEach((variable, k) => {
      const gradient = grads[variable.name].dataSync() as Float32Array;
      const weights = this.updated(variable.dataSync() as Float32Array, gradient, this.moments[k]);
      const next = tf.tensor(weights, variable.shape);
      variable.assign(next);
      next.dispose();
    });
  }

  private updated(w: Float32Array, g: Float32Array, { m, v }: Moments): Float32Array {
    const { beta1, beta2, epsilon } = this.options;
    const rate = this.rateAt(this.step) / (1 - beta1 ** this.step);
    const correction = 1 / Math.sqrt(1 - beta2 ** this.step);
    const next = new Float32Array(w.length);
    for (let k = 0; k < w.length; k++) {
      const gk = g[k];
      m[k] = beta1 * m[k] + (1 - beta1) * gk;
      v[k] = beta2 * v[k] + (1 - beta2) * gk * gk;
      next[k] = w[k] - (rate * m[k]) / (Math.sqrt(v[k]) * correction + epsilon);
    }
    return next;
  }

  /** A copy of the state. */
  state(): AdamState {
    return { step: this.step, moments: copyOf(this.moments) };
  }

  /** Goes on from a saved state, for the same variables in the same order (CHECKPOINT at the next update otherwise). */
  restore({ step, moments }: AdamState): void {
    this.step = step;
    this.moments = copyOf(moments);
  }
}

function isMilestone({ step, factor }: Milestone): boolean {
  return Number.isInteger(step) && step >= 1 && factor > 0 && factor < Infinity;
}

function copyOf(moments: readonly Moments[]): Moments[] {
  return moments.map(({ m, v }) => ({ m: m.slice(), v: v.slice() }));
}

function checkState(moments: readonly Moments[], variables: readonly tf.Variable[]): void {
  const [kept, given] = [moments.map(({ m }) => m.length), variables.map(({ size }) => size)];
  if (kept.join() === given.join()) return;
  throw new LossError(
    'CHECKPOINT',
    `Adam: its state is of variables of sizes ${kept.join(', ')}, got ${given.join(', ')}`,
  );
}

function checkGradients(variables: readonly tf.Variable[], grads: tf.NamedTensorMap): void {
  for (const { name, shape, size } of variables) {
    const grad = grads[name];
    if (grad?.size === size) continue;
    throw new LossError(
      'SHAPE',
      `Adam: gradient of ${name} should be (${shape}), got ${grad ? `(${grad.shape})` : 'none'}`,
    );
  }
}
