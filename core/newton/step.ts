import { type Batch, copyOf } from '../batch.js';
import type { Evaluation } from '../loss.js';
import { type Matrices, once, outerProducts } from '../matrices.js';
import { allocated } from '../memory.js';
import { clipNorms } from './clip-norm.js';
import { choose, dampingFor, type SolverChoice } from './choose.js';
import { curvatureOf, gradientOf, nonfiniteSamples } from './curvature.js';
import { directionToGradient, type NewtonDiagnostics, spectralDiagnostics } from './diagnostics.js';
import { nonfiniteRows, setToZero, singularError, uselessRows } from './failures.js';
import { solveFarFisher } from './far.js';
import {
  type FisherOptions,
  type NewtonOptions,
  type ResolvedOptions,
  resolveFisher,
  resolveOptions,
} from './options.js';
import type { Solution } from './solution.js';
import { solvers } from './solvers/index.js';

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
export function newtonStep(evaluation: Evaluation, options: NewtonOptions | ResolvedOptions): NewtonStep {
  const resolved = resolveOptions(options);
  return stepFrom(evaluation, gradientOf(evaluation), resolved, () => () => true);
}

/** What `newtonStep` would solve with, and why; nothing for curvature `none`. Errors as there. */
export function newtonSolver(evaluation: Evaluation, options: NewtonOptions): SolverChoice | undefined {
  const resolved = resolveOptions(options);
  const C = curvatureOf(evaluation, gradientOf(evaluation), resolved.curvature);
  return C && choose(C, resolved);
}

/**
 * `newtonStep` from the evaluation's gradient. Rows of the direction that are not `usable` fail as those that are not
 * finite.
 */
export function stepFrom(
  evaluation: Evaluation,
  gradient: Batch,
  resolved: ResolvedOptions,
  usable: (direction: Batch) => (i: number) => boolean,
): NewtonStep {
  const G = resolved.clipNorm === undefined ? gradient : clipNorms(gradient, resolved.clipNorm);
  const [C, solution] = allocated(
    () => `newton: curvature ${resolved.curvature} of ${G.cols} outputs`,
    () => {
      const matrices = curvatureOf(evaluation, G, resolved.curvature);
      return [matrices, matrices ? solve(matrices, G, resolved) : plain(G)] as const;
    },
  );
  const { direction } = solution;
  const failures = [
    ...solution.failures,
    ...nonfiniteRows(direction, resolved.each),
    ...uselessRows(direction, resolved.each, usable(direction)),
  ];
  const nonfinite = failures.length === 0 ? [] : nonfiniteSamples(C, G);
  if (failures.length > 0 && resolved.onSingular === 'error') {
    throw singularError(failures[0], resolved, nonfinite, G.rows);
  }
  const skippedRows = setToZero(direction, failures);
  return {
    direction,
    skipped: skippedRows > 0,
    diagnostics: once(() => ({
      ...spectralDiagnostics(solution.spectra(), resolved.definiteness),
      directionToGradient: directionToGradient(direction, G),
      nonfiniteShare: nonfinite.length / G.rows,
      skippedShare: skippedRows / G.rows,
    })),
  };
}

/**
 * `newtonStep` with the Fisher matrix of per-sample gradients (N, m), for whatever loss they come from (InjectFisher).
 * SHAPE where they are no such batch.
 */
export function fisherDirections(gradients: Batch, options: FisherOptions | ResolvedOptions): NewtonStep {
  const resolved = 'plain' in options ? options : resolveFisher(options);
  return newtonStep({ value: new Float64Array(0), gradient: () => gradients }, resolved);
}

/** The gradients as they are: C = I without damping. */
function plain(G: Batch): Solution {
  return { direction: copyOf(G), failures: [], spectra: () => [{ values: [1], lambda: 0 }] };
}

function solve(C: Matrices, G: Batch, options: ResolvedOptions): Solution {
  const solver = solvers[choose(C, options).solver];
  const damping = dampingFor(C, options);
  const solveWith = (matrices: Matrices, right: Batch): Solution =>
    options.each ? solver.solveEach(matrices, right, damping) : solver.solve(matrices, right, damping);
  return C.outer ? solveFarFisher(G, options, (right) => solveWith(outerProducts(right), right)) : solveWith(C, G);
}
