import { LossError } from '../errors.js';
import { type NewtonOptions } from './options.js';

export type Solver = Exclude<Required<NewtonOptions>['solver'], 'auto'>;

/**
 * The solver for N samples with m outputs: the one asked for, where it can be used (UNSUPPORTED, PARAMS), and for `auto` Woodbury
 * for a Fisher matrix of lower rank than size (N < m, and each sample's own), else direct.
 */
export function chooseSolver(options: Required<NewtonOptions>, N: number, m: number): Solver {
  const { curvature, lambda, solver, scope } = options;
  const undamped = lambda === 0 || (typeof lambda === 'object' && lambda.relative === 0);
  if (solver === 'woodbury' && curvature !== 'fisher') {
    throw new LossError('UNSUPPORTED', `newton: solver woodbury needs curvature fisher, got ${curvature}; use solver direct`);
  }
  if (solver === 'woodbury' && undamped) throw new LossError('PARAMS', 'newton: solver woodbury needs lambda > 0, got 0');
  if (solver !== 'auto') return solver;
  const rank = scope === 'sample' ? 1 : N;
  return curvature === 'fisher' && rank < m && !undamped ? 'woodbury' : 'direct';
}
