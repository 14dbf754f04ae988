import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import gridShortestPath from '../../core/algorithms/grid-shortest-path.js';
import topK from '../../core/algorithms/top-k.js';
import { type Batch, row, zeros } from '../../core/batch.js';
import { createRng } from '../../core/random/rng.js';

/** An algorithm of either sense, whose solutions can all be written down. */
export interface Case {
  readonly algorithm: CheckedAlgorithm;
  /** To create a loss over it. */
  readonly params: { readonly algorithm: CheckedAlgorithm };
  /** All solutions that can be optimal. */
  readonly solutions: readonly Float64Array[];
  /** 1 where costs are minimised, -1 where scores are maximised. */
  readonly sign: number;
  /** Costs that the algorithm need not clamp. */
  costs(seed: number, rows: number): Batch;
}

const grid = gridShortestPath({ rows: 3, columns: 3 });
const top = topK({ k: 2 });

export const cases: readonly Case[] = [
  {
    algorithm: grid,
    params: { algorithm: grid },
    solutions: pathsOn3x3(),
    sign: 1,
    costs: (seed, rows) => random(seed, rows, 9, (u) => 0.2 + u),
  },
  {
    algorithm: top,
    params: { algorithm: top },
    solutions: subsets(5, 2),
    sign: -1,
    costs: (seed, rows) => random(seed, rows, 5, (u) => 2 * u - 1),
  },
];

/** The optimal objective by enumeration, min or max of <q, w>. */
export function optimum({ solutions, sign }: Case, q: ArrayLike<number>): number {
  return sign * Math.min(...solutions.map((w) => sign * dot(q, w)));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

export function random(seed: number, rows: number, cols: number, of: (u: number) => number): Batch {
  const rng = createRng(seed);
  const out = zeros(rows, cols);
  for (let k = 0; k < out.data.length; k++) out.data[k] = of(rng.uniform());
  return out;
}

/** The row as a target. */
export function targetOf(batch: Batch, i: number): number[] {
  return [...row(batch, i)];
}

function subsets(m: number, k: number): Float64Array[] {
  const masks = Array.from(
    { length: 2 ** m },
    (_, bits) => Float64Array.from({ length: m }, (_, j) => (bits >> j) & 1),
  );
  return masks.filter((w) => w.reduce((sum, x) => sum + x, 0) === k);
}

/** Simple paths of king's moves from the first to the last cell. */
function pathsOn3x3(): Float64Array[] {
  const found: Float64Array[] = [];
  const extend = (path: number[]): void => {
    const at = path.at(-1)!;
    if (at === 8) found.push(Float64Array.from({ length: 9 }, (_, j) => (path.includes(j) ? 1 : 0)));
    for (let next = 0; at !== 8 && next < 9; next++) {
      const near = Math.abs(Math.floor(next / 3) - Math.floor(at / 3)) <= 1 && Math.abs((next % 3) - (at % 3)) <= 1;
      if (near && !path.includes(next)) extend([...path, next]);
    }
  };
  extend([0]);
  return found;
}
