import { adamConditions, type AdamOptions, adamStep } from './adam.js';
import { checkOptions, Optimizer, type OptimizerMoments } from './optimizer.js';

export interface AdamWOptions extends AdamOptions {
  /** What weights lose of themselves, a learning rate's share each update. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), as PyTorch has it: the decay follows the learning
 * rate and has no part in the moments.
 *
 *     w = (1 - rate weightDecay) w, then as Adam
 *
 * PARAMS where an option is out of range.
 */
export class AdamW extends Optimizer<'m' | 'v'> {
  private readonly options: Required<AdamWOptions>;

  constructor(options: AdamWOptions) {
    const filled = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, milestones: [], ...options };
    checkOptions('AdamW', filled, { ...adamConditions(filled), 'weightDecay >= 0': filled.weightDecay >= 0 });
    super('AdamW', filled, ['m', 'v']);
    this.options = filled;
  }

  protected update(
    next: Float32Array,
    w: Float32Array,
    g: Float32Array,
    moments: OptimizerMoments<'m' | 'v'>,
    t: number,
  ): void {
    const rate = this.rateAt(t);
    adamStep(next, w, g, moments, t, { ...this.options, rate, shrink: 1 - rate * this.options.weightDecay });
  }
}
