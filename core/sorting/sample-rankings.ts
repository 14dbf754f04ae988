import { type Batch, row, zeros } from '../batch.js';
import { ranksOf } from '../ranking.js';
import type { Rng } from '../random/rng.js';

/**
 * Typical data for a sorting loss: normal scores of the given spread, and the ranks of the same scores disturbed by as
 * much again, so that some pairs are in the wrong order. One target in four has a tie.
 */
export function sampleRankings(rng: Rng, rows: number, n: number, spread: number): { y: Batch; targets: number[][] } {
  const y = zeros(rows, n);
  const targets = Array.from({ length: rows }, (_, i) => {
    const stream = rng.split(i);
    const truth = row(y, i).map((_score, j, scores) =>
      (scores[j] = spread * stream.normal()) + spread * stream.normal()
    );
    if (n > 2 && stream.integer(4) === 0) truth[0] = truth[1];
    return ranksOf(truth);
  });
  return { y, targets };
}
