import {
  type ConeSolution,
  type ConeStructure,
  isSolved,
  type ProgramData,
  type SolverSettings,
} from './cone-program.js';
import type { Hints, LayerSolver } from './cone-solver.js';
import { type Differentiated, InteriorPoint } from './interior-point.js';
import type { SolutionDerivative } from './linearisation.js';
import { NormBoundProgram } from './norm-bound-program.js';
import { QuadraticProgram } from './quadratic-program.js';
import { SeparableProgram } from './separable-program.js';

/**
 * Solves cone programs of one structure: strictly convex quadratic ones and linear ones with a norm bound
 * exactly, by `SeparableProgram`, `QuadraticProgram` or `NormBoundProgram`; all others, and those that they leave, by
 * `InteriorPoint`.
 */
export class Solver implements LayerSolver {
  private readonly exact: SeparableProgram | QuadraticProgram | NormBoundProgram | undefined;
  private interiorPoint: InteriorPoint | undefined;

  constructor(
    private readonly structure: ConeStructure,
    private readonly settings: Partial<SolverSettings> = {},
  ) {
    const kind = [SeparableProgram, QuadraticProgram, NormBoundProgram].find((candidate) => candidate.takes(structure));
    this.exact = kind && new kind(structure);
  }

  /** Solutions are polished. */
  solve(program: ProgramData, { known, start }: Hints = {}): ConeSolution {
    if (known) return known;
    return this.exact?.solve(program, start) ?? this.conic.solvePolished(program, start);
  }

  /** The solution with its derivatives, or for `smoothing` > 0 the point of the central path at that barrier parameter. */
  solveAndDifferentiate(program: ProgramData, smoothing: number): Differentiated {
    const exact = this.exact?.solve(program);
    if (!exact && smoothing > 0) return this.conic.solveOnPath(program, smoothing);
    const found = exact ?? this.conic.solvePolished(program);
    return isSolved(found) ? { found, at: this.differentiate(program, found, smoothing) } : { found };
  }

  /** Derivatives of the solution map at a solution; of the central path at a barrier parameter `smoothing`. */
  differentiate(program: ProgramData, solution: ConeSolution, smoothing = 0): SolutionDerivative {
    const isExact = smoothing === 0 && solution.polished?.method === 'active-set';
    const known = isExact ? solution.derivative ?? this.exact?.differentiate(program, solution) : undefined;
    if (known) return known;
    if (smoothing > 0) return this.conic.differentiate(program, solution, smoothing);
    return this.conic.differentiateSharply(program, solution);
  }

  private get conic(): InteriorPoint {
    return (this.interiorPoint ??= new InteriorPoint(this.structure, this.settings));
  }
}
