import { type Batch, type CheckedAlgorithm, row, zeros } from '../../core/index.js';

/** Perturbed instances, S of each sample, that are to be moved. */
export interface Draws {
  readonly algorithm: CheckedAlgorithm;
  readonly samples: number;
  /** (N S, m): perturbed costs, their solutions, and the direction in which to move the costs. */
  readonly costs: Batch;
  readonly w: Batch;
  readonly slope: Batch;
}

export interface Moved {
  /** (N S, m): solutions of the moved costs. */
  readonly after: Batch;
  /** (N): how far those of a sample were moved. */
  readonly moves: Float64Array;
}

/** Moves the costs of each sample by its own step along the slope, and solves. */
export function move({ algorithm, samples, costs, slope }: Draws, moves: Float64Array): Moved {
  const moved = zeros(costs.rows, costs.cols);
  for (let r = 0, k = 0; r < costs.rows; r++) {
    const lambda = moves[Math.floor(r / samples)];
    for (let j = 0; j < costs.cols; j++, k++) moved.data[k] = costs.data[k] + lambda * slope.data[k];
  }
  return { after: algorithm.solveBatch(moved).w, moves };
}

/** Steps that are tried, each half of the one before. */
const HALVINGS = 16;

/**
 * Moves each sample by the least step of lambda, lambda / 2, ..., lambda / 2^15, in units of |costs| / |slope| over its
 * draws, for which the `share` of those draws changes that change for the largest. Found by bisection, five moves in
 * all: along a line of costs <slope, w> only falls (of scores: rises), so a draw that has changed stays changed. Where
 * costs below 0 count as 0 the step found is enough, if not surely the least.
 */
export function leastMove(draws: Draws, lambda: number, share: number): Moved {
  const { samples, costs, slope } = draws;
  const N = costs.rows / samples;
  const units = Float64Array.from(
    { length: N },
    (_, i) => (lambda * (sizeOf(costs, i, samples) || 1)) / (sizeOf(slope, i, samples) || 1),
  );
  const best = move(draws, units);
  const enough = changes(draws, best.after).map((count) => Math.max(1, Math.ceil(share * count)));
  const halvings = new Int32Array(N); // so many still leave enough changes
  for (let step = HALVINGS / 2; step >= 1; step /= 2) {
    const tried = move(draws, units.map((unit, i) => unit / 2 ** (halvings[i] + step)));
    changes(draws, tried.after).forEach((count, i) => {
      if (count < enough[i]) return;
      halvings[i] += step;
      best.after.data.set(
        tried.after.data.subarray(i * samples * costs.cols, (i + 1) * samples * costs.cols),
        i * samples * costs.cols,
      );
    });
  }
  return { after: best.after, moves: units.map((unit, i) => unit / 2 ** halvings[i]) };
}

/** (N): the draws whose solution is another. */
function changes({ w, samples }: Draws, after: Batch): Int32Array {
  const counts = new Int32Array(w.rows / samples);
  for (let r = 0; r < w.rows; r++) {
    const now = row(after, r);
    if (row(w, r).some((wj, j) => wj !== now[j])) counts[Math.floor(r / samples)]++;
  }
  return counts;
}

/** The length of the rows of sample i, as one vector. */
function sizeOf({ cols, data }: Batch, i: number, samples: number): number {
  let squares = 0;
  for (let k = i * samples * cols; k < (i + 1) * samples * cols; k++) squares += data[k] ** 2;
  return Math.sqrt(squares);
}
