import { orderOf } from '../../core/ranking.js';
import type { MetricInfo } from './task.js';

const share = { better: 'larger', kind: 'share' } as const;

/** What `rankingMetrics` gives. */
export const rankingMetricInfos = {
  EM: { ...share, meaning: 'the share of test sets whose whole ranking is right' },
  EW: { ...share, meaning: 'the share of elements that are put in their place' },
  EM5: { ...share, meaning: 'EM of the first five elements alone' },
} satisfies Record<string, MetricInfo>;

/**
 * How predicted scores order sets of n numbers, as fractions in [0, 1]:
 *
 *     EM    sets whose whole order is right
 *     EW    positions of the order that hold the right item (or items that have the right rank, which is the same count)
 *     EM5   EM of the first five items of each set (of all, where n < 5)
 *
 * `ties` says what is right where two numbers of a set are equal: with 'either' both orders of them are; with 'index'
 * only the one that keeps them in place, so that a tie costs half a point on average, as it does where argsort of the
 * numbers is the truth.
 *
 * Source: the evaluation of Petersen et al., Differentiable Sorting Networks, ICML 2021, which takes argsort.
 */
export function rankingMetrics(
  numbers: Float64Array,
  scores: Float32Array,
  n: number,
  ties: 'either' | 'index',
): { EM: number; EW: number; EM5: number } {
  const sets = numbers.length / n;
  let exact = 0;
  let positions = 0;
  let exact5 = 0;
  for (let s = 0; s < sets; s++) {
    const right = rightPositions(numbers.subarray(s * n, (s + 1) * n), scores.subarray(s * n, (s + 1) * n), ties);
    const first = Math.min(5, n);
    const right5 = rightPositions(numbers.subarray(s * n, s * n + first), scores.subarray(s * n, s * n + first), ties);
    positions += right;
    if (right === n) exact++;
    if (right5 === first) exact5++;
  }
  return { EM: exact / sets, EW: positions / (sets * n), EM5: exact5 / sets };
}

function rightPositions(numbers: Float64Array, scores: Float32Array, ties: 'either' | 'index'): number {
  const truth = orderOf(numbers);
  const predicted = orderOf(scores);
  let right = 0;
  for (let k = 0; k < truth.length; k++) {
    const [a, b] = [truth[k], predicted[k]];
    if (ties === 'either' ? numbers[a] === numbers[b] : a === b) right++;
  }
  return right;
}
