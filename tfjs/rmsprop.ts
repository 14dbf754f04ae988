import { checkOptions, isDecay, Optimizer, type OptimizerMoments, type OptimizerOptions } from './optimizer.js';

export interface RmspropOptions extends OptimizerOptions {
  /** What the mean of squares keeps of itself each update. */
  readonly alpha?: number;
  readonly epsilon?: number;
  readonly momentum?: number;
  /** Whether the square of the mean gradient is taken off: an estimate of the variance (Graves, 2013). */
  readonly centred?: boolean;
}

/**
 * RMSprop (Hinton, Lecture 6e, 2012), as PyTorch has it, which adds epsilon after the root:
 *
 *     v = alpha v + (1 - alpha) g^2        d = g / (sqrt(v) + epsilon)
 *     centred                              a = alpha a + (1 - alpha) g, sqrt(v - a^2) for sqrt(v)
 *     w = w - rate d                       or with momentum b = momentum b + d, w = w - rate b
 *
 * PARAMS where an option is out of range.
 */
export class Rmsprop extends Optimizer<'v' | 'a' | 'b'> {
  private readonly options: Required<RmspropOptions>;

  constructor(options: RmspropOptions) {
    const filled = { alpha: 0.99, epsilon: 1e-8, momentum: 0, centred: false, milestones: [], ...options };
    const { alpha, epsilon, momentum, centred } = filled;
    checkOptions('Rmsprop', filled, {
      'alpha and momentum in [0, 1)': isDecay(alpha) && isDecay(momentum),
      'epsilon >= 0': epsilon >= 0,
    });
    super('Rmsprop', filled, ['v', ...(centred ? ['a' as const] : []), ...(momentum > 0 ? ['b' as const] : [])]);
    this.options = filled;
  }

  protected update(
    next: Float32Array,
    w: Float32Array,
    g: Float32Array,
    { v, a, b }: OptimizerMoments<'v' | 'a' | 'b'>,
    t: number,
  ): void {
    const { alpha, epsilon, momentum, centred } = this.options;
    const rate = this.rateAt(t);
    for (let k = 0; k < w.length; k++) {
      const square = alpha * v[k] + (1 - alpha) * g[k] * g[k];
      v[k] = square;
      let variance = square;
      if (centred) {
        const mean = alpha * a[k] + (1 - alpha) * g[k];
        a[k] = mean;
        variance = Math.max(0, square - mean * mean); // below 0 by rounding alone
      }
      let move = g[k] / (Math.sqrt(variance) + epsilon);
      if (momentum > 0) {
        move += momentum * b[k];
        b[k] = move;
      }
      next[k] = w[k] - rate * move;
    }
  }
}
