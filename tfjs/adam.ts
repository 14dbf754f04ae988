import { checkOptions, isDecay, Optimizer, type OptimizerMoments, type OptimizerOptions } from './optimizer.js';

export interface AdamOptions extends OptimizerOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1); unlike tfjs's own, which also takes epsilon inside the bias correction,
 * it computes what PyTorch does:
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 *     w = w - rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * PARAMS where an option is out of range.
 */
export class Adam extends Optimizer<'m' | 'v'> {
  private readonly options: Required<AdamOptions>;

  constructor(options: AdamOptions) {
    const filled = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, milestones: [], ...options };
    checkOptions('Adam', filled, adamConditions(filled));
    super('Adam', filled, ['m', 'v']);
    this.options = filled;
  }

  protected update(
    next: Float32Array,
    w: Float32Array,
    g: Float32Array,
    moments: OptimizerMoments<'m' | 'v'>,
    t: number,
  ): void {
    adamStep(next, w, g, moments, t, { ...this.options, rate: this.rateAt(t), shrink: 1 });
  }
}

type Conditions = Readonly<Record<string, boolean>>;

/** What the options of Adam and AdamW have to be. */
export function adamConditions({ beta1, beta2, epsilon }: Required<AdamOptions>): Conditions {
  return { 'beta1 and beta2 in [0, 1)': isDecay(beta1) && isDecay(beta2), 'epsilon >= 0': epsilon >= 0 };
}

interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly rate: number;
  /** What weights are multiplied by beforehand. */
  readonly shrink: number;
}

/** Writes the weights after Adam's update t to `next`. */
export function adamStep(
  next: Float32Array,
  w: Float32Array,
  g: Float32Array,
  { m, v }: OptimizerMoments<'m' | 'v'>,
  t: number,
  { beta1, beta2, epsilon, rate: plain, shrink }: AdamStep,
): void {
  const rate = plain / (1 - beta1 ** t);
  const correction = 1 / Math.sqrt(1 - beta2 ** t);
  for (let k = 0; k < w.length; k++) {
    const gk = g[k];
    m[k] = beta1 * m[k] + (1 - beta1) * gk;
    v[k] = beta2 * v[k] + (1 - beta2) * gk * gk;
    next[k] = shrink * w[k] - (rate * m[k]) / (Math.sqrt(v[k]) * correction + epsilon);
  }
}
