import { type Batch, row } from '../batch.js';
import { LossError } from '../errors.js';
import { allFinite } from '../linear-algebra/vectors.js';
import type { NewtonOptions } from './options.js';
import type { Failure } from './solution.js';

/** Reasons of a `Failure`. */
export const NOT_FINITE = 'NaN, infinity or overflow in gradient, curvature or direction';
export const TARGET_OVERFLOW = 'overflow in the target y - d or in 1/2 |d|^2';
export const smallestPivot = (pivot: number): string => `smallest pivot ${Number(pivot.toPrecision(3))}`;

/** Rows of the direction that are of no use although their matrix was solved with. */
function badRows(
  direction: Batch,
  each: boolean,
  reason: string,
  bad: (i: number) => boolean,
): Failure[] {
  const failures: Failure[] = [];
  for (let sample = 0; sample < direction.rows; sample++) {
    if (!bad(sample)) continue;
    if (!each) return [{ lambda: NaN, reason }];
    failures.push({ sample, lambda: NaN, reason });
  }
  return failures;
}

/** Rows of the direction that are not finite: a gradient that is not, or overflow. */
export function nonfiniteRows(direction: Batch, each: boolean): Failure[] {
  return allFinite(direction.data) ? [] : badRows(direction, each, NOT_FINITE, (i) => !allFinite(row(direction, i)));
}

/** Rows that are finite, but of which what is made, their target or its value, is not: `usable` is false. */
export function uselessRows(
  direction: Batch,
  each: boolean,
  usable: (i: number) => boolean,
): Failure[] {
  return badRows(direction, each, TARGET_OVERFLOW, (i) => allFinite(row(direction, i)) && !usable(i));
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
  const remedy = reason === NOT_FINITE || reason === TARGET_OVERFLOW
    ? ''
    : '; a larger lambda or definiteness absolute may help';
  return new LossError(
    'NONFINITE',
    `${subject}: expected a finite matrix, invertible after damping (${damping}), and finite directions, ` +
      `got ${reason}; ` +
      `${nonfinite.length} of ${N} samples are not finite${first}${remedy}`,
  );
}
