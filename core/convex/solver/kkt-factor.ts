import type { SparseMatrix } from '../linear-algebra/sparse.js';

/**
 * On the diagonal of P and of the rows of zero cones: directions that hardly anything determines are left unsolved,
 * which the residual shows; refinement takes its effect away in all others.
 */
export const REGULARISATION = 1e-8;

/** A factorisation of the scaled system of `KktSystem`, as well as it can: solutions are refined. */
export interface KktFactor {
  /** Takes P and V^-1 A, with at least that regularisation of P; false where that cannot be factored. */
  factorise(P: SparseMatrix, scaled: Float64Array, regularisation: number): boolean;
  /** (x, y) := the solution for the right side (x, y), about. */
  solve(xy: Float64Array): void;
}
