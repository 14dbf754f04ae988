import { type Batch, copyOf } from '../batch.js';
import { LossError } from '../errors.js';
import { type Evaluation } from '../loss.js';
import { chooseSolver } from './choose-solver.js';
import { batchCurvature, factorsOf, nonfiniteSamples, sampleCurvature } from './curvature.js';
import { directionToGradient, type NewtonDiagnostics, spectralDiagnostics } from './diagnostics.js';
import { solveBatch, solveSamples } from './direct.js';
import { nonfiniteRows, setToZero, singularError } from './failures.js';
import { solveIterative } from './iterative.js';
import { solveLowRank } from './low-rank.js';
import { type FisherOptions, type NewtonOptions, resolveOptions } from './options.js';
import { solveSketch } from './sketch.js';
import { type Solution } from './solution.js';
import { solveShermanMorrison, solveWoodbury } from './woodbury.js';

export interface NewtonStep {
  /** (N, m): row i is d_i, per sample; the network receives d_i / N. */
  readonly direction: Batch;
  /** Whether a direction was set to zero because its matrix was singular or not finite: all of them, in sample scope the sample's. */
  readonly skipped: boolean;
  /** Computed when first asked for. */
  diagnostics(): NewtonDiagnostics;
}

/**
 * Newton directions of a batch,
 *
 *     d_i = (C + lambda I)^-1 g_i,    C = mean_i H_i  (hessian),  mean_i g_i g_i^T  (fisher),  mean of gaussNewton()
 *
 * with g_i and H_i per sample: Petersen et al., Newton Losses, NeurIPS 2024, definitions 1 and 2. The lambdas of the paper's tables
 * assume this scale, which is also that of its algorithm 2: with g = G / N, the gradient of the batch mean, N g^T g is C, and
 * g (N g^T g + lambda I)^-1 is d / N.
 *
 * Errors: PARAMS for bad options, UNSUPPORTED where the loss lacks what the curvature needs or the solver does not fit,
 * NONFINITE where a matrix is singular or anything is not finite, unless `onSingular` is `skip`.
 */
export function newtonStep(evaluation: Evaluation, options: NewtonOptions): NewtonStep {
  const resolved = resolveOptions(options);
  const G = evaluation.gradient();
  checkShape(G);
  const solution = solve(evaluation, G, resolved);
  const failures = [...solution.failures, ...nonfiniteRows(solution.direction, resolved.scope)];
  const nonfinite = failures.length === 0 ? [] : nonfiniteSamples(evaluation, G, resolved.curvature);
  if (failures.length > 0 && resolved.onSingular === 'error') throw singularError(failures[0]!, resolved, nonfinite, G.rows);
  const skippedRows = setToZero(solution.direction, failures);
  let known: NewtonDiagnostics | undefined;
  return {
    direction: solution.direction,
    skipped: skippedRows > 0,
    diagnostics: () =>
      (known ??= {
        ...spectralDiagnostics(solution.spectra(), resolved.definiteness),
        directionToGradient: directionToGradient(solution.direction, G),
        nonfiniteShare: nonfinite.length / G.rows,
        skippedShare: skippedRows / G.rows,
      }),
  };
}

/** `newtonStep` with the Fisher matrix of per-sample gradients (N, m), for whatever loss they come from (InjectFisher). */
export function fisherDirections(gradients: Batch, options: FisherOptions): NewtonStep {
  return newtonStep({ value: new Float64Array(gradients.rows), gradient: () => gradients }, { ...options, curvature: 'fisher' });
}

function solve(evaluation: Evaluation, G: Batch, options: Required<NewtonOptions>): Solution {
  const { curvature, lambda, scope, products } = options;
  if (curvature === 'none') return { direction: copyOf(G), failures: [], spectra: () => [{ values: [1], lambda: 0 }] };
  const solver = chooseSolver(evaluation, options, G.rows, G.cols);
  if (solver === 'conjugate-gradient') return solveIterative(evaluation, G, options);
  if (curvature === 'fisher' && scope === 'sample') return solveShermanMorrison(G, lambda);
  if (solver === 'woodbury') {
    const factors = factorsOf(evaluation, curvature);
    return factors ? solveLowRank(factors, G, lambda, scope) : solveWoodbury(G, lambda);
  }
  const definiteness = curvature === 'fisher' ? 'tikhonov' : options.definiteness; // the same for a positive semidefinite matrix
  if (scope === 'sample') return solveSamples(sampleCurvature(evaluation, G, curvature), G, lambda, definiteness);
  if (products !== 'all') return solveSketch(evaluation, G, products, lambda, definiteness);
  return solveBatch(batchCurvature(evaluation, G, curvature), G, lambda, definiteness);
}

function checkShape({ rows, cols, data }: Batch): void {
  if (rows > 0 && cols > 0 && data.length === rows * cols) return;
  const got = `(${rows}, ${cols}) with ${data.length} entries`;
  throw new LossError('SHAPE', `newton: the gradient should have at least one row and one column, got ${got}`);
}
