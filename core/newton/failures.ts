import { type Batch, row } from '../batch.js';
import { LossError } from '../errors.js';
import { allFinite } from '../numerics/finite.js';
import { type NewtonOptions } from './options.js';
import { type Failure } from './solution.js';

/** Rows of the direction that are not finite although their matrix was solved with: a gradient that is not, or overflow. */
export function nonfiniteRows(direction: Batch, scope: NewtonOptions['scope']): Failure[] {
  const bad = { smallestPivot: NaN, lambda: NaN };
  if (scope !== 'sample') return allFinite(direction.data) ? [] : [bad];
  return Array.from({ length: direction.rows }, (_, sample) => ({ sample, ...bad })).filter(({ sample }) => !allFinite(row(direction, sample)));
}

/** Sets the rows of the failed matrices to zero, all rows for the batch's one matrix; returns how many. */
export function setToZero(direction: Batch, failures: readonly Failure[]): number {
  const rows = new Set(failures.flatMap(({ sample }) => sample ?? Array.from({ length: direction.rows }, (_, i) => i)));
  for (const i of rows) row(direction, i).fill(0);
  return rows.size;
}

/** The NONFINITE error for the first failure. */
export function singularError(failure: Failure, { curvature, definiteness }: NewtonOptions, nonfiniteShare: number): LossError {
  const { sample, smallestPivot, lambda } = failure;
  const subject = `newton: ${sample === undefined ? 'batch' : `sample ${sample}`}, curvature ${curvature}`;
  const share = `${(100 * nonfiniteShare).toFixed(1)} % of the samples are not finite`;
  if (Number.isNaN(smallestPivot)) return new LossError('NONFINITE', `${subject}: expected a finite gradient, curvature and direction; ${share}`);
  const how = definiteness === 'tikhonov' ? '' : ` (${definiteness})`;
  return new LossError(
    'NONFINITE',
    `${subject}: expected C + lambda I${how} to be invertible, got smallest pivot ${smallestPivot.toPrecision(3)} with lambda ${lambda}; ${share}; ` +
      "raise lambda, or choose definiteness 'absolute' or onSingular 'skip'",
  );
}
