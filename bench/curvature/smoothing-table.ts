import type { CheckedAlgorithm } from '../../core/algorithms/algorithm.js';
import { availableParallelism } from 'node:os';
import { WorkerPool } from '../../node/pool/worker-pool.js';
import { type Batch, zeros } from '../../core/batch.js';
import type { CheckedLoss } from '../../core/checked.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import { ms, ratio, tableOf } from '../table.js';
import { inTurns } from './in-turns.js';

const [N, S, sigma] = [70, 30, 0.1];
const algorithm = { name: 'grid-shortest-path', params: { rows: 12, columns: 12 } };
const losses = ['stochastic-smoothing', 'perturbed-fenchel-young'];

/** Gradient and mean Hessian of perturbed losses, beside the solutions of as many perturbed grids alone. */
export async function smoothingTable(): Promise<void> {
  console.log(
    `\nPerturbed losses over ${N} grids of 12 x 12, S = ${S}. Solutions: the ${
      N * S
    } of them alone; x = of the time of the solutions.\n`,
  );
  const addRow = tableOf({ loss: 40, threads: 8, solutions: 16, gradient: 16, x: 6, '+ Hessian': 16, 'x ': 6 });
  for (const threads of new Set([1, availableParallelism()])) {
    const registry = await openRegistry();
    registry.pool = new WorkerPool(threads);
    const solver = await registry.algorithm(algorithm.name, algorithm.params);
    for (const name of losses) {
      for (const sampling of ['plain', 'antithetic']) {
        const loss = await registry.create(name, { algorithm, samples: S, sigma, sampling });
        const [solutions, gradient, hessian] = inTurns(stepsOf(loss, solver)) as [Timing, Timing, Timing];
        const cells = [ms(solutions), ms(gradient), ratio(gradient, solutions), ms(hessian), ratio(hessian, solutions)];
        addRow(`${name}, ${sampling}`, String(threads), ...cells);
      }
    }
    await registry.pool.close();
  }
}

type Timing = ReturnType<typeof inTurns>[number];

function stepsOf(loss: CheckedLoss, solver: CheckedAlgorithm): Record<string, () => unknown> {
  const rng = createRng(1);
  const { targets, y: costs } = loss.sample(rng, N);
  const y = scaled(costs);
  const perturbed = noisy(y);
  const into = solver.solveBatch(perturbed);
  let step = 0;
  return {
    solutions: () => solver.solveBatch(perturbed, into),
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

function noisy(y: Batch): Batch {
  const out = zeros(N * S, y.cols);
  const rng = createRng(2);
  for (let k = 0; k < out.data.length; k++) out.data[k] = entryFor(y, k) + sigma * rng.normal();
  return out;
}

function entryFor({ data, cols }: Batch, k: number): number {
  return data[Math.floor(k / (S * cols)) * cols + (k % cols)];
}
