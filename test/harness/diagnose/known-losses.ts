import { zeros } from '../../../core/batch.js';
import { type CheckedLoss, checked } from '../../../core/checked.js';
import { defineSampleLoss } from '../../../core/define.js';
import type { Capabilities } from '../../../core/loss.js';

/** A function of one output, and where it is sampled. */
export interface Known {
  readonly value: (y: number) => number;
  readonly gradient: (y: number) => number;
  readonly hessian?: (y: number) => number;
  /** Outputs, of one row after another, or drawn with random signs. */
  readonly outputs: readonly number[];
  readonly signs?: boolean;
  /** Where it is lowest. */
  readonly lowest?: number;
  readonly capabilities?: Partial<Capabilities>;
}

/** A loss of one output, simple enough that all figures of it can be computed by hand. */
export function known({ value, gradient, hessian, outputs, signs, lowest = 0, capabilities }: Known): CheckedLoss {
  return checked(defineSampleLoss({
    name: 'known',
    title: 'Known',
    source: 'none',
    target: { type: 'array', items: { type: 'number' } },
    capabilities: { nonnegative: true, ...(!hessian && { hessian: 'none' }), ...capabilities },
    create: () => ({
      value: ([y]) => value(y),
      gradient: ([y]) => Float64Array.of(gradient(y)),
      ...(hessian && { hessian: ([y]) => Float64Array.of(hessian(y)) }),
    }),
    sample(_params, rng, rows) {
      const y = zeros(rows, 1);
      for (let i = 0; i < rows; i++) {
        const sign = signs && rng.integer(2) === 0 ? -1 : 1;
        y.data[i] = sign * outputs[i % outputs.length];
      }
      return { y, targets: Array.from({ length: rows }, () => [lowest]) };
    },
  }));
}
