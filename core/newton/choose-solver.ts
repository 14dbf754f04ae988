import { LossError } from '../errors.js';
import type { Evaluation } from '../loss.js';
import { factorsOf } from './curvature.js';
import type { Curvature, NewtonOptions } from './options.js';

export type Solver = Exclude<Required<NewtonOptions>['solver'], 'auto'>;

/** Entries of the curvature matrices, 128 MB, above which `auto` does without forming them. */
const LARGE = 2 ** 24;

/**
 * The solver for N samples with m outputs: the one asked for (UNSUPPORTED or PARAMS where it cannot be used), or for
 * `auto`
 *
 *     woodbury            a matrix of lower rank than size: Fisher where N < m, and in sample scope m > 1; one known by factors where these
 *                         have fewer than m rows in all, in sample scope a sample;
 *                         asked for where they have not, it is direct
 *     conjugate-gradient  a Hessian known by products alone, if its matrices would have more than 2^24 entries: m > 4096, in sample
 *                         scope N m^2 > 2^24
 *     direct              everything else; the matrix of a Hessian known by products alone takes m of them
 *
 * So conjugate gradients save memory. In time they win, in batch scope, where their N products an iteration are fewer
 * than m in all (m above about 40 N for a condition of 100), and in sample scope from m of about 100; but unlike direct
 * they need C + lambda I to be positive definite, so that they have to be asked for. A sketch from fewer products than
 * all has a solver of its own.
 */
export function chooseSolver(evaluation: Evaluation, options: Required<NewtonOptions>, N: number, m: number): Solver {
  const { curvature, solver, scope } = options;
  const possible = (candidate: Solver): boolean => objectionTo(candidate, evaluation, options) === undefined;
  if (solver !== 'auto') {
    const objection = objectionTo(solver, evaluation, options);
    if (objection) throw objection;
    return solver;
  }
  if (options.products !== 'all') return 'direct';
  const matrices = scope === 'sample' ? N : 1;
  if (possible('woodbury') && (N / matrices) * rankOf(evaluation, curvature) < m) return 'woodbury';
  const productsAlone = curvature === 'hessian' && !evaluation.hessian;
  return productsAlone && matrices * m * m > LARGE && possible('conjugate-gradient') ? 'conjugate-gradient' : 'direct';
}

/** Of the matrix of one sample. */
function rankOf(evaluation: Evaluation, curvature: Curvature): number {
  const factors = factorsOf(evaluation, curvature);
  if (!factors) return 1;
  if (factors.diagonal) return Infinity;
  return factors.left === factors.right ? factors.rank : 2 * factors.rank;
}

/** Why a solver cannot be used, if it cannot. */
function objectionTo(solver: Solver, evaluation: Evaluation, options: Required<NewtonOptions>): LossError | undefined {
  const { curvature, definiteness, lambda } = options;
  const unsupported = (what: string): LossError =>
    new LossError('UNSUPPORTED', `newton: solver ${solver} ${what}; use solver direct`);
  if (solver === 'direct') return undefined;
  if (options.products !== 'all') return unsupported(`needs products all, got ${options.products}`);
  if (solver === 'woodbury') {
    if (curvature !== 'fisher') return factoredObjection(evaluation, options, unsupported);
    const undamped = lambda === 0 || (typeof lambda === 'object' && lambda.relative === 0);
    return undamped ? new LossError('PARAMS', 'newton: solver woodbury needs lambda > 0, got 0') : undefined;
  }
  if (curvature === 'fisher') return undefined;
  if (curvature !== 'hessian') return unsupported(`needs curvature hessian or fisher, got ${curvature}`);
  if (!evaluation.hvp) return unsupported('needs hvp(), which this loss does not have');
  if (definiteness !== 'tikhonov') return unsupported(`needs definiteness tikhonov, got ${definiteness}`);
  return typeof lambda === 'number'
    ? undefined
    : unsupported('needs lambda as a number: a relative one needs the diagonal of the Hessian');
}

function factoredObjection(
  { hessianFactors, gaussNewtonFactors }: Evaluation,
  { curvature, definiteness }: Required<NewtonOptions>,
  unsupported: (what: string) => LossError,
): LossError | undefined {
  if (!(curvature === 'hessian' ? hessianFactors : curvature === 'gauss-newton' && gaussNewtonFactors)) {
    return unsupported(`needs curvature fisher or one that the loss gives by factors, got ${curvature}`);
  }
  return definiteness === 'tikhonov' ? undefined : unsupported(`needs definiteness tikhonov, got ${definiteness}`);
}
