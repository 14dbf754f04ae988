import { type Batch, copyOf } from '../batch.js';
import { plainCopy } from '../checks.js';
import type { Evaluation } from '../loss.js';
import { allocated } from '../memory.js';
import { chooseSolver, type Solver } from './choose-solver.js';
import { batchCurvature, factorsOf, fisherMatrix, nonfiniteSamples, sampleCurvature } from './curvature.js';
import { directionToGradient, type NewtonDiagnostics, spectralDiagnostics } from './diagnostics.js';
import { solveBatch, solveSamples } from './direct.js';
import { nonfiniteRows, setToZero, singularError, uselessRows } from './failures.js';
import { solveFarFisher } from './far.js';
import { gradientOf } from './inputs.js';
import { solveIterative } from './iterative.js';
import { solveLowRank } from './low-rank.js';
import { type FisherOptions, type NewtonOptions, resolveOptions } from './options.js';
import { solveSketch } from './sketch.js';
import type { Solution } from './solution.js';
import { solveShermanMorrison, solveWoodbury } from './woodbury.js';

export interface NewtonStep {
  /** (N, m): row i is d_i, per sample; the network receives d_i / N. */
  readonly direction: Batch;
  /**
   * Whether a direction was set to zero because its matrix was singular or not finite: all of them, in sample scope the
   * sample's.
   */
  readonly skipped: boolean;
  /** Computed when first asked for. */
  diagnostics(): NewtonDiagnostics;
}

/**
 * Newton directions of a batch,
 *
 *     d_i = (C + lambda I)^-1 g_i,    C = mean_i H_i  (hessian),  mean_i g_i g_i^T  (fisher),  mean of gaussNewton()
 *
 * with g_i and H_i per sample: Petersen et al., Newton Losses, NeurIPS 2024, definitions 1 and 2. The lambdas of the
 * paper's tables assume this scale, which is also that of its algorithm 2: with g = G / N, the gradient of the batch
 * mean, N g^T g is C, and g (N g^T g + lambda I)^-1 is d / N.
 *
 * Errors: PARAMS for bad options, SHAPE for what is not an evaluation, UNSUPPORTED where the loss lacks what the
 * curvature needs, the solver does not fit or matrices do not fit into memory, NONFINITE where a matrix is singular or
 * anything is not finite, unless `onSingular` is `skip`.
 */
export function newtonStep(evaluation: Evaluation, options: NewtonOptions): NewtonStep {
  const resolved = resolveOptions(options);
  return stepFrom(evaluation, gradientOf(evaluation), resolved, () => () => true);
}

/**
 * `newtonStep` from the evaluation's gradient. Rows of the direction that are not `usable` fail as those that are not
 * finite.
 */
export function stepFrom(
  evaluation: Evaluation,
  G: Batch,
  resolved: Required<NewtonOptions>,
  usable: (direction: Batch) => (i: number) => boolean,
): NewtonStep {
  const solution = allocated(
    () => `newton: curvature ${resolved.curvature} of ${G.cols} outputs`,
    () => solve(evaluation, G, resolved),
  );
  const { direction } = solution;
  const failures = [
    ...solution.failures,
    ...nonfiniteRows(direction, resolved.scope),
    ...uselessRows(direction, resolved.scope, usable(direction)),
  ];
  const nonfinite = failures.length === 0 ? [] : nonfiniteSamples(evaluation, G, resolved.curvature);
  if (failures.length > 0 && resolved.onSingular === 'error') {
    throw singularError(failures[0], resolved, nonfinite, G.rows);
  }
  const skippedRows = setToZero(direction, failures);
  let known: NewtonDiagnostics | undefined;
  return {
    direction,
    skipped: skippedRows > 0,
    diagnostics: () => (known ??= {
      ...spectralDiagnostics(solution.spectra(), resolved.definiteness),
      directionToGradient: directionToGradient(direction, G),
      nonfiniteShare: nonfinite.length / G.rows,
      skippedShare: skippedRows / G.rows,
    }),
  };
}

/**
 * `newtonStep` with the Fisher matrix of per-sample gradients (N, m), for whatever loss they come from (InjectFisher).
 * SHAPE where they are no such batch.
 */
export function fisherDirections(gradients: Batch, options: FisherOptions): NewtonStep {
  const given = plainCopy('newton', 'options', options) as FisherOptions;
  return newtonStep({ value: new Float64Array(0), gradient: () => gradients }, { ...given, curvature: 'fisher' });
}

function solve(evaluation: Evaluation, G: Batch, options: Required<NewtonOptions>): Solution {
  const { curvature, lambda, scope, products } = options;
  if (curvature === 'none') return { direction: copyOf(G), failures: [], spectra: () => [{ values: [1], lambda: 0 }] };
  const solver = chooseSolver(evaluation, options, G.rows, G.cols);
  if (curvature === 'fisher') {
    return solveFarFisher(G, options, (gradients) => solveFisher(evaluation, gradients, options, solver));
  }
  if (solver === 'conjugate-gradient') return solveIterative(evaluation, G, options);
  const factors = solver === 'woodbury' ? factorsOf(evaluation, curvature) : undefined;
  if (factors) return solveLowRank(factors, G, lambda, scope);
  const { definiteness } = options;
  if (scope === 'sample') return solveSamples(sampleCurvature(evaluation, G, curvature), G, lambda, definiteness);
  if (products !== 'all') return solveSketch(evaluation, G, products, lambda, definiteness);
  return solveBatch(batchCurvature(evaluation, G, curvature), G, lambda, definiteness);
}

/** The Fisher matrix is positive semidefinite, so that definiteness does not matter. */
function solveFisher(evaluation: Evaluation, G: Batch, options: Required<NewtonOptions>, solver: Solver): Solution {
  const { lambda, scope } = options;
  if (solver === 'conjugate-gradient') return solveIterative(evaluation, G, options);
  if (scope === 'sample') return solveShermanMorrison(G, lambda);
  if (solver === 'woodbury' && G.rows < G.cols) return solveWoodbury(G, lambda);
  return solveBatch(fisherMatrix(G), G, lambda, 'tikhonov');
}
