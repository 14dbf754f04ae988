import type { Matrices } from '../matrices.js';
import type { ResolvedOptions } from './options.js';
import { type SolverName, solvers } from './solvers/index.js';

export interface SolverChoice {
  readonly solver: SolverName;
  /** Why, as a sentence to print. */
  readonly reason: string;
}

/** Entries of matrices, 128 MB, above which `auto` does without forming them. */
const LARGE = 2 ** 24;

/**
 * The solver for the matrices of N samples with m outputs: the one asked for (UNSUPPORTED or PARAMS where it cannot be
 * used), or for `auto`
 *
 *     sketch              where fewer products than all are to be made
 *     woodbury            a matrix of lower rank than size: Fisher where N < m, and in sample scope m > 1; one known by factors where these
 *                         have fewer than m rows in all, in sample scope a sample;
 *                         asked for where they have not, it is direct
 *     conjugate-gradient  one known by products alone, if it would have more than 2^24 entries: m > 4096, in sample
 *                         scope N m^2 > 2^24
 *     direct              everything else; a matrix known by products alone takes m of them
 *
 * So conjugate gradients save memory. In time they win, in batch scope, where their N products an iteration are fewer
 * than m in all (m above about 40 N for a condition of 100), and in sample scope from m of about 100; but unlike direct
 * they need C + lambda I to be positive definite, so that they have to be asked for.
 */
export function choose(C: Matrices, options: ResolvedOptions): SolverChoice {
  const { solver: asked, products, each } = options;
  const damping = dampingFor(C, options);
  const possible = (name: SolverName): boolean => solvers[name].objection(C, damping) === undefined;
  if (asked !== 'auto') {
    const objection = solvers[asked].objection(C, damping);
    if (objection) throw objection;
  }
  if (products !== 'all') return { solver: 'sketch', reason: `${products} products, as asked.` };
  if (asked !== 'auto') return { solver: asked, reason: `${asked}, as asked.` };
  const { count: N, size: m } = C;
  const rank = each ? rankOf(C) : N * rankOf(C);
  if (rank < m && possible('woodbury')) return { solver: 'woodbury', reason: `Rank ${rank} is below ${m}, the size.` };
  const entries = (each ? N : 1) * m * m;
  if (C.known === 'products' && entries > LARGE && possible('conjugate-gradient')) {
    return { solver: 'conjugate-gradient', reason: `Known by products alone, and ${entries} entries are many.` };
  }
  return { solver: 'direct', reason: `${entries} entries can be formed, and neither rank nor products are better.` };
}

/** The damping of these matrices. Outer products are positive semidefinite, so that definiteness does not matter. */
export function dampingFor(C: Matrices, options: ResolvedOptions): ResolvedOptions {
  return C.outer ? { ...options, definiteness: 'tikhonov' } : options;
}

/** Of the matrix of one sample; infinite where nothing is known of it. */
function rankOf({ factors }: Matrices): number {
  if (!factors || factors.diagonal) return Infinity;
  return factors.left === factors.right ? factors.rank : 2 * factors.rank;
}
