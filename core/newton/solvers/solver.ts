import type { Batch } from '../../batch.js';
import type { LossError } from '../../errors.js';
import type { Matrices } from '../../matrices.js';
import type { ResolvedOptions } from '../options.js';
import type { Solution } from '../solution.js';

/** What makes matrices invertible, and how many products may be made of them. */
export type Damping = Pick<ResolvedOptions, 'lambda' | 'definiteness' | 'products'>;

/** A way to solve with the matrices of N samples, for the rows of G (N, m). */
export interface Solver {
  /** Why it cannot, if it cannot: UNSUPPORTED, or PARAMS for a lambda that it cannot do with. */
  objection(C: Matrices, damping: Damping): LossError | undefined;
  /** d_i = (mean_k C_k + lambda I)^-1 g_i */
  solve(C: Matrices, G: Batch, damping: Damping): Solution;
  /** d_i = (C_i + lambda I)^-1 g_i */
  solveEach(C: Matrices, G: Batch, damping: Damping): Solution;
}
