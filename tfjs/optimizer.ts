import type * as tf from '@tensorflow/tfjs-core';
import { LossError } from '../core/errors.js';
import { entriesOf, filledTensor } from './tensor-entries.js';

/** What every optimizer knows. */
export interface OptimizerOptions {
  readonly learningRate: number;
  /** Changes of the learning rate, in any order; none by default. */
  readonly milestones?: readonly Milestone[];
}

/** After `step` updates the learning rate is `factor` times what it was. */
export interface Milestone {
  readonly step: number;
  readonly factor: number;
}

/**
 * What a run needs to go on bit for bit: the number of updates done and what the optimizer remembers of each variable,
 * in the order of the variables.
 */
export interface OptimizerState<Name extends string = string> {
  readonly step: number;
  readonly moments: readonly OptimizerMoments<Name>[];
}

/** Arrays of the size of a variable, by name. */
export type OptimizerMoments<Name extends string = string> = Readonly<Record<Name, Float32Array>>;

/**
 * An optimizer whose state can be saved. The rate of update t is the learning rate times the factors of the milestones
 * whose step is below t.
 *
 * It runs on the host: float64 arithmetic on float32 state, in one pass, which for small networks is several times
 * faster than ten tensor operations a variable, and the same on every backend. On wasm it reads and writes the heap.
 */
export abstract class Optimizer<Name extends string = string> {
  private step = 0;
  private moments: readonly OptimizerMoments<Name>[] = [];

  /** `names`: of the arrays that it remembers of each variable, zeros at first. */
  protected constructor(
    private readonly title: string,
    private readonly schedule: Required<OptimizerOptions>,
    readonly names: readonly Name[],
  ) {}

  /** The learning rate of update t = 1, 2, ... */
  rateAt(t: number): number {
    const { learningRate, milestones } = this.schedule;
    return milestones.reduce((rate, { step, factor }) => (step < t ? rate * factor : rate), learningRate);
  }

  /** One update of the variables, always the same ones in the same order; `grads` as tf.variableGrads names them. */
  apply(variables: readonly tf.Variable[], grads: tf.NamedTensorMap): void {
    if (this.moments.length === 0) this.moments = variables.map(({ size }) => this.zeros(size));
    this.checkState(variables);
    this.checkGradients(variables, grads);
    this.step++;
    variables.forEach((variable, k) => {
      const gradient = grads[variable.name];
      for (const x of [variable, gradient]) entriesOf(x); // on this backend from here on, whatever made them
      const next = filledTensor(
        variable.shape,
        (out) => this.update(out, entriesOf(variable), entriesOf(gradient), this.moments[k], this.step),
      );
      variable.assign(next);
      next.dispose();
    });
  }

  /** Writes the weights of a variable after update t by the gradient g to `next`; its moments move. */
  protected abstract update(
    next: Float32Array,
    w: Float32Array,
    g: Float32Array,
    moments: OptimizerMoments<Name>,
    t: number,
  ): void;

  /** A copy of the state. */
  state(): OptimizerState<Name> {
    return { step: this.step, moments: this.copyOf(this.moments) };
  }

  /** Goes on from a saved state, for the same variables in the same order (CHECKPOINT at the next update otherwise). */
  restore({ step, moments }: OptimizerState<Name>): void {
    this.step = step;
    this.moments = this.copyOf(moments);
  }

  private zeros(size: number): OptimizerMoments<Name> {
    return this.arrays(() => new Float32Array(size));
  }

  private copyOf(moments: readonly OptimizerMoments<Name>[]): OptimizerMoments<Name>[] {
    return moments.map((arrays) => this.arrays((name) => arrays[name].slice()));
  }

  private arrays(make: (name: Name) => Float32Array): OptimizerMoments<Name> {
    return Object.fromEntries(this.names.map((name) => [name, make(name)])) as OptimizerMoments<Name>;
  }

  private checkState(variables: readonly tf.Variable[]): void {
    if (this.names.length === 0) return;
    const [name] = this.names;
    const [kept, given] = [this.moments.map((arrays) => arrays[name].length), variables.map(({ size }) => size)];
    if (kept.join() === given.join()) return;
    throw new LossError(
      'CHECKPOINT',
      `${this.title}: its state is of variables of sizes ${kept.join(', ')}, got ${given.join(', ')}`,
    );
  }

  private checkGradients(variables: readonly tf.Variable[], grads: tf.NamedTensorMap): void {
    for (const { name, shape, size } of variables) {
      const grad = grads[name];
      if (grad?.size === size) continue;
      throw new LossError(
        'SHAPE',
        `${this.title}: gradient of ${name} should be (${shape}), got ${grad ? `(${grad.shape})` : 'none'}`,
      );
    }
  }
}

/** PARAMS unless the conditions hold, by what they say, and learning rate and milestones are such. */
export function checkOptions(
  title: string,
  options: Required<OptimizerOptions>,
  conditions: Readonly<Record<string, boolean>>,
): void {
  const { learningRate, milestones } = options;
  if (learningRate > 0 && Object.values(conditions).every(Boolean) && milestones.every(isMilestone)) return;
  const expected = [
    'learningRate > 0',
    ...Object.keys(conditions),
    'milestones with an integer step >= 1 and a factor > 0',
  ];
  throw new LossError('PARAMS', `${title}: expected ${expected.join(', ')}, got ${JSON.stringify(options)}`);
}

/** Whether a share of the past is kept that fades. */
export function isDecay(share: number): boolean {
  return share >= 0 && share < 1;
}

function isMilestone({ step, factor }: Milestone): boolean {
  return Number.isInteger(step) && step >= 1 && factor > 0 && factor < Infinity;
}
