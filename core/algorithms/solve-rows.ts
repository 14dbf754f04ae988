import { type Batch, row } from '../batch.js';
import { textOf } from '../messages.js';
import { isPromise } from '../plugin-calls.js';
import type { Algorithm, Ready, Solutions } from './algorithm.js';

/** Costs that are made, checked and solved before the next ones are: they stay in the second-level cache. */
const CHUNK = 8192;

/** Sees to the costs of all rows from `from` on and solves them, a part at a time. */
export function solveAsReady(algorithm: Algorithm, costs: Batch, into: Solutions, ready: Ready, from: number): void {
  const rows = Math.max(1, Math.floor(CHUNK / costs.cols));
  for (let start = from; start < costs.rows; start += rows) {
    const end = Math.min(start + rows, costs.rows);
    ready(end);
    solveRows(algorithm, costs, into, start, end);
  }
}

/** Solves the rows from `from` to before `to`, one after another. */
export function solveRows(
  algorithm: Algorithm,
  costs: Batch,
  { w, objective }: Solutions,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) objective[i] = objectiveOf(algorithm, row(costs, i), row(w, i));
}

/** Solves one instance; TypeError where what is returned is no number. */
export function objectiveOf(algorithm: Algorithm, costs: Float64Array, out: Float64Array): number {
  const objective: unknown = algorithm.solve(costs, out);
  if (typeof objective === 'number') return objective;
  throw new TypeError(
    `it should return the objective, a number, got ${isPromise(objective) ? 'a promise' : textOf(objective)}`,
  );
}
