import { availableParallelism } from 'node:os';
import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import { type Batch, zeros } from '../../core/batch.js';
import type { CheckedLoss } from '../../core/checked.js';
import { createRng } from '../../core/random/rng.js';
import { openRegistry } from '../../node/open-registry.js';
import { WorkerPool } from '../../node/pool/worker-pool.js';
import type { Timing } from '../measure.js';
import type { Clock } from '../protocol.js';
import { ms, tableOf } from '../table.js';
import { inTurns } from './in-turns.js';

const [S, sigma] = [30, 0.1];
const losses = ['stochastic-smoothing', 'perturbed-fenchel-young'];
const grids = { samples: 70, algorithm: { name: 'grid-shortest-path', params: { rows: 12, columns: 12 } } };
const items = Array.from({ length: 50 }, (_, k) => 1 + ((37 * k) % 125));
const knapsacks = { samples: 10, algorithm: { name: 'knapsack', params: { weights: items, capacity: 500 } } };

/**
 * Gradient and mean Hessian of perturbed losses, beside what they solve, without noise or loss. By CPU time on one
 * thread alone: with more, it says nothing of how long it takes.
 */
export async function smoothingTable(clock: Clock): Promise<void> {
  console.log(
    `\nPerturbed losses, S = ${S}, over ${grids.samples} grids of 12 x 12 or ${knapsacks.samples} knapsacks of 50 items. ` +
      'Solves: all that the loss solves, alone; x = of their time, by minima.\n',
  );
  const addRow = tableOf({ loss: 60, threads: 8, solves: 16, gradient: 16, x: 6, '+ Hessian': 16, 'x ': 6 });
  for (const threads of clock === 'cpu' ? [1] : new Set([1, availableParallelism()])) {
    const registry = await openRegistry();
    registry.pool = new WorkerPool(threads);
    for (const { samples, algorithm } of [grids, knapsacks]) {
      const solver = await registry.algorithm(algorithm.name, algorithm.params);
      for (const name of losses) {
        for (const sampling of ['plain', 'antithetic']) {
          const loss = await registry.create(name, { algorithm, samples: S, sigma, sampling, variate: 'value' });
          const [solves, gradient, hessian] = inTurns(stepsOf(loss, solver, samples), clock) as [
            Timing,
            Timing,
            Timing,
          ];
          const cells = [ms(solves), ms(gradient), times(gradient, solves), ms(hessian), times(hessian, solves)];
          addRow(`${name}, ${algorithm.name}, ${sampling}`, String(threads), ...cells);
        }
      }
    }
    await registry.pool.close();
  }
}

function times(whole: Timing, part: Timing): string {
  return `${(whole.min / part.min).toFixed(2)}x`;
}

function stepsOf(loss: CheckedLoss, solver: CheckedAlgorithm, samples: number): Record<string, () => unknown> {
  const rng = createRng(1);
  const { targets, y: costs } = loss.sample(rng, samples);
  const y = scaled(costs);
  const perturbed = withDraws(y);
  const into = solver.solveBatch(perturbed);
  let step = 0;
  return {
    solves: () => solver.solveBatch(perturbed, into),
    gradient: () => loss.evaluate(y, targets, rng.split(step++)).gradient(),
    hessian: () => {
      const e = loss.evaluate(y, targets, rng.split(step++));
      return [e.gradient(), e.hessian!().mean()];
    },
  };
}

/** To a mean of 1, what a network's costs are like. */
function scaled(costs: Batch): Batch {
  const mean = costs.data.reduce((sum, c) => sum + c, 0) / costs.data.length;
  return { ...costs, data: costs.data.map((c) => c / mean) };
}

/** S draws of each sample with noise, and the samples as they are: the control variate `value` is theirs. */
function withDraws(y: Batch): Batch {
  const out = zeros(y.rows * (S + 1), y.cols);
  const rng = createRng(2);
  const noisy = y.rows * S * y.cols;
  for (let k = 0; k < noisy; k++) out.data[k] = entryFor(y, k) + sigma * rng.normal();
  out.data.set(y.data, noisy);
  return out;
}

function entryFor({ data, cols }: Batch, k: number): number {
  return data[Math.floor(k / (S * cols)) * cols + (k % cols)];
}
