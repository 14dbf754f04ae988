import { type Batch, zeros } from '../../core/batch.js';
import type { Factors } from '../../core/factors.js';
import type { Evaluation } from '../../core/loss.js';
import { lowRank } from '../../core/matrices.js';
import { newtonStep } from '../../core/newton/index.js';
import { symmetricProductSum } from '../../core/linear-algebra/product-sum.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import { ms, tableOf } from '../table.js';
import type { Clock } from '../protocol.js';
import { inTurns } from './in-turns.js';

const [N, m, S] = [70, 144, 30];
/** Rows of the product by which the machine is measured. */
const ROWS = 2048;

/** Newton directions of a batch by every kind of curvature, gradients and curvature given. */
export function newtonTable(clock: Clock): void {
  const rng = createRng(1);
  const gradient = normal(rng, N, m);
  const given: Evaluation = { value: new Float64Array(N), gradient: () => gradient };
  const blocks = normal(rng, N, m * m);
  const A = normal(rng, N * S, m);
  const factors: Factors = { rank: S, weights: normal(rng, 1, N * S).data, left: A, right: A };
  const step = (e: Evaluation, curvature: 'fisher' | 'hessian', scope: 'batch' | 'sample' = 'batch') => () =>
    newtonStep(e, { curvature, lambda: 1000, scope }).direction;
  const [P, Q] = [normal(rng, ROWS, m), normal(rng, ROWS, m)];
  const ones = new Float64Array(ROWS).fill(1);
  const timings = inTurns({
    'Fisher, by Woodbury': step(given, 'fisher'),
    'Hessian, from blocks': step({ ...given, hessian: () => blocks }, 'hessian'),
    'Hessian, from 30 factors a sample': step({ ...given, hessian: () => lowRank(factors) }, 'hessian'),
    'Hessian of each sample, from its factors by Woodbury': step(
      { ...given, hessian: () => lowRank(factors) },
      'hessian',
      'sample',
    ),
    product: () => symmetricProductSum(ones, P, Q),
  }, clock);
  console.log(`\nNewton directions, N = ${N}, m = ${m}.\n`);
  const addRow = tableOf({ curvature: 54, ms: 16 });
  for (const timing of timings.slice(0, -1)) addRow(timing.contender, ms(timing));
  const rate = (2 * ROWS * m * m) / (1e6 * timings.at(-1)!.median);
  console.log(
    `\nMatrix products in float64, (${m} x ${ROWS}) times (${ROWS} x ${m}), by our kernel on one thread: ${
      rate.toFixed(1)
    } GFLOP/s.`,
  );
}

function normal(rng: Rng, rows: number, cols: number): Batch {
  const out = zeros(rows, cols);
  for (let k = 0; k < out.data.length; k++) out.data[k] = rng.normal();
  return out;
}
