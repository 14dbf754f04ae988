import { type Batch, copyOf, row } from '../../batch.js';
import { symmetrise } from '../../linear-algebra/gram.js';
import { type Definiteness, lambdaFor, meanDiagonal, solveDamped } from '../damping.js';
import type { Lambda } from '../options.js';
import { type Failure, type Solution, spectrumOf } from '../solution.js';
import { solveEachFisher } from './fisher.js';
import type { Solver } from './solver.js';

/**
 * Factorises the matrices: the mean once for N right-hand sides, O(m^3 + N m^2), or each sample's own, O(N m^3). Of
 * matrices known by products alone, forming them takes m products.
 */
export const direct: Solver = {
  objection: () => undefined,
  solve: (C, G, { lambda, definiteness }) => solveMatrix(C.mean(), G, lambda, definiteness),
  solveEach(C, G, { lambda: asked, definiteness }) {
    if (C.outer) return solveEachFisher(C.outer, asked);
    const m = G.cols;
    const blocks = C.blocks();
    for (let i = 0; i < G.rows; i++) symmetrise(blocks.data, m, i * m * m);
    const direction = copyOf(G);
    const lambdas = new Float64Array(G.rows);
    const failures: Failure[] = [];
    for (let i = 0; i < G.rows; i++) {
      const lambda = (lambdas[i] = lambdaFor(asked, meanDiagonal(row(blocks, i), m)));
      const reason = solveDamped(row(blocks, i), m, lambda, definiteness, row(direction, i));
      if (reason !== undefined) failures.push({ sample: i, lambda, reason });
    }
    return {
      direction,
      failures,
      spectra: () => Array.from(lambdas, (lambda, i) => spectrumOf(row(blocks, i), m, lambda)).flat(),
    };
  },
};

/** (C + lambda I)^-1 g for one C (m * m) and every row g of G. */
export function solveMatrix(C: Float64Array, G: Batch, asked: Lambda, definiteness: Definiteness): Solution {
  const m = G.cols;
  const direction = copyOf(G);
  const lambda = lambdaFor(asked, meanDiagonal(C, m));
  const reason = solveDamped(C, m, lambda, definiteness, direction.data);
  const failures = reason === undefined ? [] : [{ lambda, reason }];
  return { direction, failures, spectra: () => spectrumOf(C, m, lambda) };
}
