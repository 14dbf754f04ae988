import { checkOptions, isDecay, Optimizer, type OptimizerMoments, type OptimizerOptions } from './optimizer.js';

export interface SgdOptions extends OptimizerOptions {
  /** 0: plain gradient descent, which remembers nothing. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** Of the penalty weightDecay / 2 |w|^2. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent with momentum (Sutskever et al., ICML 2013), as PyTorch has it:
 *
 *     g = g + weightDecay w        b = momentum b + g        w = w - rate b
 *     and with Nesterov's          w = w - rate (g + momentum b)
 *
 * PARAMS where an option is out of range, or Nesterov's momentum is 0.
 */
export class Sgd extends Optimizer<'b'> {
  private readonly options: Required<SgdOptions>;

  constructor(options: SgdOptions) {
    const filled = { momentum: 0, nesterov: false, weightDecay: 0, milestones: [], ...options };
    const { momentum, nesterov, weightDecay } = filled;
    checkOptions('Sgd', filled, {
      'momentum in [0, 1), with nesterov above 0': isDecay(momentum) && !(nesterov && momentum === 0),
      'weightDecay >= 0': weightDecay >= 0,
    });
    super('Sgd', filled, momentum > 0 ? ['b'] : []);
    this.options = filled;
  }

  protected update(
    next: Float32Array,
    w: Float32Array,
    g: Float32Array,
    { b }: OptimizerMoments<'b'>,
    t: number,
  ): void {
    const { momentum, nesterov, weightDecay } = this.options;
    const rate = this.rateAt(t);
    for (let k = 0; k < w.length; k++) {
      let move = g[k] + weightDecay * w[k];
      if (momentum > 0) {
        const along = momentum * b[k] + move;
        b[k] = along;
        move = nesterov ? move + momentum * along : along;
      }
      next[k] = w[k] - rate * move;
    }
  }
}
