import { type Batch, row } from '../batch.js';
import { textOf } from '../messages.js';
import { isPromise } from '../plugin-calls.js';
import type { Algorithm, Solutions } from './algorithm.js';

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
