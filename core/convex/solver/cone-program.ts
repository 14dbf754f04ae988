import { type ConeKind, sizeOf } from '../cones/index.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';
import type { SolutionDerivative } from './linearisation.js';

/**
 * The program   minimise 1/2 x^T P x + q^T x   subject to   A x + s = b,  s in K,
 * and its dual  maximise -1/2 x^T P x - b^T z  subject to   P x + A^T z + q = 0,  z in K*,
 * where K is the product of `cones`, whose rows follow one another.
 */
export interface ConeProgram {
  /** (n, n), positive semidefinite: the upper triangle. */
  readonly P: SparseMatrix;
  /** (n) */
  readonly q: Float64Array;
  /** (m, n) */
  readonly A: SparseMatrix;
  /** (m) */
  readonly b: Float64Array;
  readonly cones: readonly ConeKind[];
}

/** Patterns and cones; values do not count. */
export type ConeStructure = Pick<ConeProgram, 'P' | 'A' | 'cones'>;

/** The numbers of a program, on patterns known before. */
export type ProgramData = Pick<ConeProgram, 'P' | 'q' | 'A' | 'b'>;

export type Status =
  | 'solved'
  /** Solved to `sqrt(tolerance)` only. */
  | 'inaccurate'
  /** z proves that there is no feasible x: A^T z = 0, b^T z < 0. */
  | 'infeasible'
  /** x proves that the objective has no bound: P x = 0, A x + s = 0, q^T x < 0. */
  | 'unbounded'
  | 'not-converged'
  /** Infeasible, and solved with its constraints shifted (`ElasticSolver`). */
  | 'elastic';

/** Residuals of a solution, each relative to the size of what it is the difference of. */
export interface Residuals {
  /** |A x + s - b| */
  readonly primal: number;
  /** |P x + A^T z + q| */
  readonly dual: number;
  /** |primal - dual objective| */
  readonly gap: number;
}

export interface ConeSolution {
  readonly status: Status;
  /** (n); a certificate where the status is `unbounded`. */
  readonly x: Float64Array;
  /** (m) */
  readonly s: Float64Array;
  /** (m); a certificate where the status is `infeasible`. */
  readonly z: Float64Array;
  /** 1/2 x^T P x + q^T x; infinite without a solution. */
  readonly objective: number;
  readonly iterations: number;
  readonly residuals: Residuals;
  /** (m), what was added to b of an elastic program. */
  readonly shift?: Float64Array;
  /** Of the optimality conditions, relative, where x, s and z are polished already, and by which method. */
  readonly polished?: { readonly residual: number; readonly method: Method };
  /** Where the method knows it. */
  readonly derivative?: SolutionDerivative;
}

/** Is there a solution? */
export function isSolved({ status }: Pick<ConeSolution, 'status'>): boolean {
  return status === 'solved' || status === 'inaccurate' || status === 'elastic';
}

/** Are all constraints linear? */
export function isPolyhedral({ cones }: Pick<ConeProgram, 'cones'>): boolean {
  return cones.every(({ kind }) => kind === 'zero' || kind === 'nonnegative');
}

/** By active sets, exact, or by an interior-point method. */
export type Method = 'active-set' | 'interior-point';

export interface SolverSettings {
  /** Relative, for residuals and gap. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export const defaultSettings: SolverSettings = { tolerance: 1e-8, maxIterations: 100 };

/** 1 for each row of a zero cone, else 0. */
export function equalityRows(cones: readonly ConeKind[]): Uint8Array {
  const equal = new Uint8Array(cones.reduce((sum, cone) => sum + sizeOf(cone), 0));
  let from = 0;
  for (const cone of cones) equal.fill(cone.kind === 'zero' ? 1 : 0, from, from += sizeOf(cone));
  return equal;
}
