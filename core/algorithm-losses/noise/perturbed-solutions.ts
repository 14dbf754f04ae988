import type { CheckedAlgorithm, Solutions } from '../../algorithms/algorithm.js';
import { type Batch, zeros } from '../../batch.js';
import { type NoiseToDraw, perturbSample } from './noise.js';

/** Solutions of one sample after another, S each, and those without noise where asked for. */
export interface PerturbedSolutions {
  /** (N S, outputs(m)): w(y_i + sigma Z_s) at row i S + s. */
  readonly w: Batch;
  /** (N S): the objective of each, at its perturbed costs. */
  readonly objective: Float64Array;
  /** Of y itself: (N, outputs(m)) and (N). */
  readonly centre?: { readonly w: Batch; readonly objective: Float64Array };
}

/**
 * Draws the noise and solves y + sigma Z for all samples and draws as one batch, with y itself after them where
 * `centred`. Other threads solve the first samples while noise is drawn for the last. Results are views of arrays that
 * the next call writes to.
 */
export function createPerturbedSolver(algorithm: CheckedAlgorithm, sigma: number, centred: boolean) {
  let costs = zeros(0, 0);
  let solutions: Solutions | undefined;
  return (y: Batch, noise: NoiseToDraw): PerturbedSolutions => {
    const draws = noise.z.rows;
    const rows = draws + (centred ? y.rows : 0);
    if (costs.rows !== rows || costs.cols !== y.cols) {
      costs = zeros(rows, y.cols);
      solutions = undefined;
    }
    if (centred) costs.data.set(y.data, draws * y.cols);
    let drawn = 0;
    solutions = algorithm.solveBatch(costs, solutions, (end) => {
      for (; drawn < y.rows && drawn * (draws / y.rows) < end; drawn++) {
        noise.draw(drawn);
        perturbSample(y, noise.z, sigma, drawn, costs.data);
      }
    });
    const { w, objective } = solutions;
    return {
      w: rowsOf(w, 0, draws),
      objective: objective.subarray(0, draws),
      ...(centred && { centre: { w: rowsOf(w, draws, rows), objective: objective.subarray(draws) } }),
    };
  };
}

function rowsOf({ cols, data }: Batch, from: number, to: number): Batch {
  return { rows: to - from, cols, data: data.subarray(from * cols, to * cols) };
}
