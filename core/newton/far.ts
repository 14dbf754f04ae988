import { type Batch, row, zeros } from '../batch.js';
import { exponentOf, largestOf, timesPowerOfTwo } from '../linear-algebra/powers-of-two.js';
import type { ResolvedOptions } from './options.js';
import { type Solution, solutionOfSamples } from './solution.js';

/**
 * Between 2^-400 and 2^400 the squares of gradients, which Fisher matrices are made of, and sums of them lose nothing.
 */
const NEAR = 400;

/**
 * Fisher directions where the squares of the gradients overflow or underflow and the damping is relative, or 0: then
 * d(s G) = d(G) / s, and `solve` gets gradients divided by a power of two, of the batch or in sample scope of the
 * sample. With a lambda that is a number they are solved with as they are: small ones do not count beside it, and a
 * matrix that overflows is not finite.
 */
export function solveFarFisher(
  G: Batch,
  { lambda, each }: Pick<ResolvedOptions, 'lambda' | 'each'>,
  solve: (G: Batch) => Solution,
): Solution {
  if (typeof lambda === 'number' && lambda > 0) return solve(G);
  if (!each) return solveScaled(G, solve);
  const rows = Array.from({ length: G.rows }, (_, i): Batch => ({ rows: 1, cols: G.cols, data: row(G, i) }));
  return rows.every((g) => isNear(exponentIn(g)))
    ? solve(G)
    : solutionOfSamples(G, (i) => solveScaled(rows[i], solve));
}

function solveScaled(G: Batch, solve: (G: Batch) => Solution): Solution {
  const exponent = exponentIn(G);
  if (isNear(exponent)) return solve(G);
  const { direction, failures, spectra } = solve(times(G, -exponent));
  const scaled = (x: number): number => timesPowerOfTwo(x, 2 * exponent);
  return {
    direction: times(direction, -exponent),
    failures: failures.map((failure) => ({ ...failure, lambda: scaled(failure.lambda) })),
    spectra: () =>
      spectra().map(({ values, lambda }) => ({ values: Array.from(values, scaled), lambda: scaled(lambda) })),
  };
}

function times({ rows, cols, data }: Batch, exponent: number): Batch {
  const out = zeros(rows, cols);
  for (let k = 0; k < data.length; k++) out.data[k] = timesPowerOfTwo(data[k], exponent);
  return out;
}

/** Of the largest entry; 0 where there is none but 0, or one is not finite. */
function exponentIn({ data }: Batch): number {
  const largest = largestOf(data);
  return largest > 0 && largest < Infinity ? exponentOf(largest) : 0;
}

function isNear(exponent: number): boolean {
  return Math.abs(exponent) <= NEAR;
}
