import { type Batch, row } from '../batch.js';
import { type Algorithm } from './algorithm.js';
import { type Solutions } from './checked-algorithm.js';

/** Solves the rows from `from` to before `to`, one after another. */
export function solveRows(algorithm: Algorithm, costs: Batch, { w, objective }: Solutions, from: number, to: number): void {
  for (let i = from; i < to; i++) objective[i] = algorithm.solve(row(costs, i), row(w, i));
}
