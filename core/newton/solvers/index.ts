import { conjugateGradients } from './conjugate-gradient.js';
import { direct } from './direct.js';
import { lowRank } from './low-rank.js';
import { sketch } from './sketch.js';
import type { Solver } from './solver.js';

/** By the names that `NewtonOptions.solver` and `choose` have for them. */
export const solvers = {
  direct,
  woodbury: lowRank,
  'conjugate-gradient': conjugateGradients,
  sketch,
} as const satisfies Record<string, Solver>;

export type SolverName = keyof typeof solvers;
