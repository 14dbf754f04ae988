import { type Batch, zeros } from '../../core/batch.js';
import { checked, type CheckedLoss } from '../../core/checked.js';
import type { BellmanFordParams } from '../../plugins/bellman-ford/evaluate.js';
import { createRng } from '../../core/random/rng.js';
import plugin from '../../plugins/bellman-ford.js';

export type Params = Partial<BellmanFordParams>;
export let rng = createRng(0);

/** Before each test, so that it draws the same whatever ran before. */
export function restart(): void {
  rng = createRng(0);
}

export const create = (params: Params): CheckedLoss<number[]> => checked(plugin, params);

/** Every loop, distance, conorm and end of the walk. */
export const programs: Params[] = (['for', 'while'] as const).flatMap((loop) =>
  (['l1', 'l2'] as const).flatMap((distance) =>
    (['probabilistic', 'hamacher', 'yager'] as const).flatMap((tConorm) =>
      [true, false].map((absorbSource) => ({ loop, distance, tConorm, absorbSource, hamacher: 2.5 }))
    )
  )
);

export type Costs = (v: number) => number;
/** The five of the Warcraft maps, and a little each. */
export const terrain: Costs = () => [0.8, 1.2, 5.3, 7.7, 9.2][rng.integer(5)] + 0.3 * rng.uniform();
export const uniform = (low: number, high: number): Costs => () => low + (high - low) * rng.uniform();

export function costsOf(params: object, costs: Costs, count = 1): Batch {
  const y = zeros(count, create(params).outputs!);
  for (let k = 0; k < y.data.length; k++) y.data[k] = costs(k % y.cols);
  return y;
}

export function maskOf(y: Batch): number[][] {
  return Array.from({ length: y.rows }, () => Array.from({ length: y.cols }, () => rng.integer(2)));
}

/** The largest difference between the entries of a and b, as a share of `unit` or the largest entry. */
export function difference(a: Float64Array, b: Float64Array, unit: number): number {
  return Math.max(...a.map((x, k) => Math.abs(x - b[k]))) / Math.max(unit, ...b.map(Math.abs));
}
