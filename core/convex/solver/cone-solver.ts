import type { ConeProgram, ConeSolution, ProgramData } from './cone-program.js';
import type { DataChange, SolutionChange, SolutionDerivative, WithResidual } from './linearisation.js';

/** A solution of a cone program, or why there is none; what else a method knows of it is welcome. */
export type ConePoint = Pick<ConeSolution, 'status' | 'x' | 's' | 'z'> & Partial<Pick<ConeSolution, 'iterations'>>;

/** The linear map from a change of the data to that of the solution, and its transpose; `residual` if it is known. */
export interface ConeDerivative {
  tangent(data: DataChange): SolutionChange & Partial<WithResidual>;
  adjoint(cotangent: SolutionChange): DataChange & Partial<WithResidual>;
}

/**
 * What solves cone programs, in two functions: a user's own may take the place of `InteriorPoint`.
 *
 *     const simplex: ConeSolver = { solve: ({ P, q, A, b, cones }) => ({ status: 'solved', x, s, z }) };
 *
 * Without `differentiate`, its solutions are polished and differentiated by the optimality conditions.
 */
export interface ConeSolver {
  solve(program: ConeProgram): ConePoint;
  differentiate?(program: ConeProgram, solution: ConePoint): ConeDerivative;
}

/** What a layer asks of a solution; `doubt` is NaN where it is not known, and a user's has no `curvature`. */
export type LayerDerivative = Omit<SolutionDerivative, 'curvature'> & Partial<Pick<SolutionDerivative, 'curvature'>>;

/** What is known of a program before it is solved. */
export interface Hints {
  /** What `Solver` found already, on another thread. */
  readonly known?: ConeSolution | undefined;
  /** The solution of a program that is perhaps near. */
  readonly start?: ConeSolution | undefined;
}

/** What a layer solves programs of one structure with. */
export interface LayerSolver {
  solve(program: ProgramData, hints?: Hints): ConeSolution;
  /** Of the solution map; of the central path at a barrier parameter `smoothing` > 0. */
  differentiate(program: ProgramData, solution: ConeSolution, smoothing?: number): LayerDerivative;
}
