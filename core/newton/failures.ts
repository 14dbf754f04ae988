import { type Batch, row } from '../batch.js';
import { LossError } from '../errors.js';
import { allFinite } from '../numerics/finite.js';
import { type NewtonOptions } from './options.js';
import { type Failure } from './solution.js';

/** Reasons of a `Failure`. */
export const NOT_FINITE = 'NaN, infinity or overflow in gradient, curvature or direction';
export const smallestPivot = (pivot: number): string => `smallest pivot ${Number(pivot.toPrecision(3))}`;

/** Rows of the direction that are not finite although their matrix was solved with: a gradient that is not, or overflow. */
export function nonfiniteRows(direction: Batch, scope: NewtonOptions['scope']): Failure[] {
  const bad = { lambda: NaN, reason: NOT_FINITE };
  if (allFinite(direction.data)) return [];
  if (scope !== 'sample') return [bad];
  return Array.from({ length: direction.rows }, (_, sample) => ({ sample, ...bad })).filter((f) => !allFinite(row(direction, f.sample)));
}

/** Sets the rows of the failed matrices to zero, all rows for the batch's one matrix; returns how many. */
export function setToZero(direction: Batch, failures: readonly Failure[]): number {
  const rows = new Set(failures.flatMap(({ sample }) => sample ?? Array.from({ length: direction.rows }, (_, i) => i)));
  for (const i of rows) row(direction, i).fill(0);
  return rows.size;
}

/** The NONFINITE error for the first failure among N samples, of which `nonfinite` are not finite. */
export function singularError(
  { sample, lambda, reason }: Failure,
  { curvature, definiteness }: NewtonOptions,
  nonfinite: readonly number[],
  N: number,
): LossError {
  const subject = `newton: curvature ${curvature}${sample === undefined ? '' : ` of sample ${sample}`}`;
  const damping = Number.isNaN(lambda) ? definiteness : `${definiteness}, lambda ${lambda}`;
  const first = nonfinite.length === 0 ? '' : `, the first is sample ${nonfinite[0]}`;
  const remedy = reason === NOT_FINITE ? '' : '; a larger lambda or definiteness absolute may help';
  return new LossError(
    'NONFINITE',
    `${subject}: expected a finite matrix, invertible after damping (${damping}), got ${reason}; ` +
      `${nonfinite.length} of ${N} samples are not finite${first}${remedy}`,
  );
}
