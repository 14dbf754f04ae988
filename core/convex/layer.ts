import type { Pool } from '../algorithms/pool.js';
import { type Batch, row, zeros } from '../batch.js';
import { checkBatch } from '../validation.js';
import { LossError } from '../errors.js';
import { hessiansByParameters } from './layer-hessian.js';
import {
  checkComplete,
  checkCount,
  checkOutputs,
  type LayerInput,
  placeOf,
  slopeOf,
  thetasOf,
} from './layer-inputs.js';
import type { Canonical } from './model/canonical.js';
import type { Constraint } from './model/expression.js';
import type { Parameter, Variable } from './model/expression.js';
import type { Problem } from './model/problem.js';
import { failure, solveAt } from './solved.js';
import { isSolved } from './solver/cone-program.js';
import { type DerivativeKind, type Output, type SampleReport, SolvedSample } from './solved-sample.js';
import type { ConeSolver, Hints, LayerSolver } from './solver/cone-solver.js';
import { ElasticSolver } from './solver/elastic-solver.js';
import { OwnSolver } from './solver/own-solver.js';
import { solvedOnPool } from './solver/pooled-programs.js';
import { Solver } from './solver/solver.js';

export type { LayerInput } from './layer-inputs.js';
export type { DerivativeKind, SampleReport } from './solved-sample.js';

export interface ConvexLayerOptions {
  /** All parameters of the problem, in the order in which their values are given. */
  readonly parameters: readonly Parameter[];
  /** The outputs, followed by the duals of the constraints. */
  readonly variables: readonly Variable[];
  readonly duals?: readonly Constraint[];
  /** Of the interior-point method, relative; its solution is then polished to rounding. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /**
   * `exact`: of the solution map, an UNSUPPORTED error where it has none; `smoothed`: of the central path at barrier
   * parameter `smoothing` > 0; `auto`: exact where there is one.
   */
  readonly derivative?: DerivativeKind;
  readonly smoothing?: number;
  /**
   * Where a sample has no solution: an error that says why; NaN as its outputs and zero derivatives; or, where it is
   * infeasible, the solution of the closest feasible program (`ElasticSolver`), an error where there is none either.
   */
  readonly onFailure?: 'error' | 'mask' | 'elastic';
  /** Of 1/2 |shift|^2 beside the objective of an elastic program, 1e4. */
  readonly elasticWeight?: number;
  /** In place of the methods here; what it leaves out they do. */
  readonly solver?: ConeSolver;
  /** A `WorkerPool`: solves the samples of a batch on its threads, to the same bits; without a `solver` of your own. */
  readonly pool?: Pick<Pool, 'parallel'>;
}

export interface LayerSolution {
  /** A batch (N, entries) for each variable, then each dual. */
  readonly outputs: readonly Batch[];
  /** (N), of the problem as it was written. */
  readonly objective: Float64Array;
  readonly samples: readonly SolvedSample[];
  /** What holds so far. */
  reports(): SampleReport[];
  /**
   * For cotangents (N, entries), one for each output, what their inner product with the outputs changes by with each
   * parameter: (N, entries) for a parameter with a value a sample, (1, entries), the sum over samples, for a shared
   * one.
   */
  vjp(cotangents: readonly Batch[]): Batch[];
  /** The changes of the outputs with changes of the parameters, of the shapes that `vjp` gives. */
  jvp(tangents: readonly Batch[]): Batch[];
  /**
   * The Hessian of a loss of the outputs by the parameters, from its derivatives by the outputs: cotangents c as for
   * `vjp`, and (N, M * M) by the M entries of all outputs side by side, absent for a loss that is linear in them;
   *
   *     J^T H J + sum_k c_k d^2 output_k
   *
   * (N, p * p) by the p entries of all parameters side by side, each sample's own also by parameters that are shared,
   * of which the batch's is the sum of the rows. Exact, smoothed or masked as `vjp` is. O(N p) solves.
   */
  hessian(cotangents: readonly Batch[], hessians?: Batch): Batch;
}

export interface ConvexLayer {
  readonly problem: Problem;
  readonly parameters: readonly Parameter[];
  readonly outputs: readonly Output[];
  /**
   * Solves the problem for each sample. `start`: a solution of this layer for as many samples, from which each is
   * solved again, in fewer iterations where its parameters are near; where that fails, as without. On the calling
   * thread.
   */
  forward(inputs: readonly LayerInput[], options?: { readonly start?: LayerSolution | undefined }): LayerSolution;
}

/**
 * The solution of a convex problem as a differentiable function of its parameters (Agrawal et al., Differentiable
 * convex optimization layers, NeurIPS 2019), in batches, with duals and with second derivatives.
 *
 *     const [x, b] = [variable([3]), parameter([3])];
 *     const projection = problem({ minimize: sumSquares(subtract(x, b)), subjectTo: [geq(x, 0), eq(sum(x), 1)] });
 *     const layer = convexLayer(projection, { parameters: [b], variables: [x] });
 *     const solution = layer.forward([batchOf([[0.9, 0.5, -0.3]])]);
 *     solution.outputs[0].data;                         // [0.7, 0.3, 0]
 *     solution.vjp([batchOf([[1, 0, 0]])])[0].data;     // [0.5, -0.5, 0]
 *
 * Errors: PARAMS for parameters that are missing or outside what was declared, SHAPE, NONFINITE; UNSUPPORTED where a
 * sample has no solution.
 */
export function convexLayer(problem: Problem, options: ConvexLayerOptions): ConvexLayer {
  const { canonical } = problem;
  const { parameters, variables, duals = [], tolerance = 1e-8, maxIterations = 100 } = options;
  const { derivative = 'exact', smoothing = 1e-4, onFailure = 'error', elasticWeight = 1e4, solver: own, pool } =
    options;
  checkComplete(problem, parameters);
  checkOptions({ tolerance, maxIterations, derivative, smoothing, onFailure, elasticWeight });
  const outputs = [
    ...variables.map((variable): Output => ({ of: 'x', reading: canonical.variable(variable) })),
    ...duals.map((constraint): Output => ({ of: 'z', reading: canonical.dual(constraint) })),
  ];
  const places = parameters.map((parameter) => placeOf(problem, parameter));
  const solverOf = (structure: Canonical['structure']): LayerSolver =>
    own
      ? new OwnSolver(own, structure, { tolerance, maxIterations })
      : new Solver(structure, { tolerance, maxIterations });
  const plain = solverOf(canonical.structure);
  const solver = onFailure === 'elastic'
    ? new ElasticSolver(plain, canonical.structure, rowsOfConstraints(problem), elasticWeight, solverOf)
    : plain;
  if (own && pool) throw new LossError('PARAMS', 'convex layer: a pool cannot run a solver of your own; leave one out');
  const { structure, entries } = canonical;
  const onPool = pool && solvedOnPool(pool, { structure, entries, settings: { tolerance, maxIterations } });
  const solve = (theta: Float64Array, i: number, hints: Hints): SolvedSample => {
    const solved = solveAt(solver, canonical, theta, hints);
    if (onFailure !== 'mask' && !isSolved(solved.solution)) throw failure('convex layer', i, solved.solution);
    return new SolvedSample(solver, canonical, solved, derivative, smoothing);
  };
  return {
    problem,
    parameters,
    outputs,
    forward(inputs, { start } = {}) {
      const { rows, shared, thetas } = thetasOf(places, canonical.size, inputs);
      if (start) checkStart(start, problem, rows);
      const known = onPool && !start && rows > 1 && canonical.size > 0 ? onPool(thetas) : [];
      const samples = thetas.map((theta, i) => solve(theta, i, { known: known[i], start: start?.samples[i].solution }));
      const perSample = (reading: Output): Batch => {
        const out = zeros(rows, reading.reading.index.length);
        samples.forEach((sample, i) => sample.read(reading, row(out, i)));
        return out;
      };
      return {
        outputs: outputs.map(perSample),
        get objective() {
          return Float64Array.from(samples, ({ objective }) => objective);
        },
        samples,
        reports: () => samples.map(({ report }) => report),
        vjp(cotangents) {
          checkOutputs('cotangents', cotangents, outputs, rows);
          const out = places.map(({ size }, k) => zeros(shared[k] ? 1 : rows, size));
          samples.forEach((sample, i) => {
            const gradient = sample.adjoint(cotangents.map((cotangent) => row(cotangent, i)), outputs);
            places.forEach(({ offset, size }, k) => {
              const part = row(out[k], shared[k] ? 0 : i);
              for (let j = 0; j < size; j++) part[j] += gradient[offset + j] * slopeOf(places[k], thetas[i], j);
            });
          });
          return out;
        },
        jvp(tangents) {
          checkCount('tangents', tangents, places.length, 'parameter');
          tangents.forEach((tangent, k) => {
            checkBatch('convex layer', `tangents/${k}`, tangent, shared[k] ? 1 : rows, places[k].size);
          });
          const out = outputs.map(({ reading }) => zeros(rows, reading.index.length));
          samples.forEach((sample, i) => {
            const dTheta = new Float64Array(canonical.size);
            places.forEach((place, k) => {
              const change = row(tangents[k], shared[k] ? 0 : i);
              for (let j = 0; j < place.size; j++) {
                dTheta[place.offset + j] = change[j] * slopeOf(place, thetas[i], j);
              }
            });
            sample.tangent(dTheta, outputs).forEach((change, k) => row(out[k], i).set(change));
          });
          return out;
        },
        hessian(cotangents, hessians) {
          checkOutputs('cotangents', cotangents, outputs, rows);
          const M = outputs.reduce((sum, { reading }) => sum + reading.index.length, 0);
          if (hessians) checkBatch('convex layer', 'hessians', hessians, rows, M * M);
          return hessiansByParameters({ samples, outputs, cotangents, hessians }, canonical, places, thetas);
        },
      };
    },
  };
}

/** The rows of the program that are constraints of the problem; the others say what its atoms and variables are. */
function rowsOfConstraints({ constraints, canonical }: Problem): Int32Array {
  const rows = new Set(constraints.flatMap((constraint) => [...canonical.dual(constraint).index]));
  return Int32Array.from(rows).sort();
}

function checkStart({ samples }: LayerSolution, { canonical }: Problem, rows: number): void {
  const refuse = (what: string): LossError =>
    new LossError('PARAMS', `convex layer: start should be a solution of ${what}`);
  if (samples.length !== rows) throw refuse(`${rows} samples, got ${samples.length}`);
  const { P, A } = canonical.structure;
  if (samples.some(({ solution: { x, z } }) => x.length !== P.cols || z.length !== A.rows)) {
    throw refuse('this problem');
  }
}

type NumericalOptions = Required<Omit<ConvexLayerOptions, 'parameters' | 'variables' | 'duals' | 'solver' | 'pool'>>;

function checkOptions(options: NumericalOptions): void {
  const { tolerance, maxIterations, derivative, smoothing, onFailure, elasticWeight } = options;
  const expect = (name: keyof typeof options, valid: boolean, what: string): void => {
    if (valid) return;
    throw new LossError('PARAMS', `convex layer: ${name} should be ${what}, got ${String(options[name])}`);
  };
  expect('tolerance', tolerance > 0 && tolerance < 1, 'above 0 and below 1');
  expect('maxIterations', Number.isInteger(maxIterations) && maxIterations > 0, 'a whole number above 0');
  expect('derivative', ['exact', 'smoothed', 'auto'].includes(derivative), 'exact, smoothed or auto');
  expect('smoothing', smoothing > 0 && smoothing < Infinity, 'above 0 and finite');
  expect('onFailure', ['error', 'mask', 'elastic'].includes(onFailure), 'error, mask or elastic');
  expect('elasticWeight', elasticWeight > 0 && elasticWeight < Infinity, 'above 0 and finite');
}
