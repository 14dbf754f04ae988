/**
 * Two-sided p-value of Wilcoxon's signed-rank test: W is the sum of the ranks of the positive differences among all by
 * size, and p = 2 min(P(W' <= W), P(W' >= W)), at most 1, where each rank has either sign with equal chance. Exact for
 * any n, ties included: equal sizes share the mean of their ranks, and differences of 0 are left out (Wilcoxon,
 * Individual comparisons by ranking methods, 1945). Undefined where all are 0. O(n^3).
 */
export function signedRankP(differences: readonly number[]): number | undefined {
  const moved = differences.filter((d) => d !== 0);
  if (moved.length === 0) return undefined;
  const ranks = doubledRanks(moved.map(Math.abs));
  const W = ranks.reduce((sum, rank, i) => (moved[i] > 0 ? sum + rank : sum), 0);
  const chances = chancesOfSums(ranks);
  const below = total(chances.subarray(0, W + 1));
  const above = total(chances.subarray(W));
  return Math.min(1, 2 * Math.min(below, above));
}

/** Twice the rank of each value, from 1, those of equal values averaged: whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * smaller + equal + 1;
  });
}

/** Entry s: the chance that the sum is s, where each term is there or not by the toss of a coin. */
function chancesOfSums(terms: readonly number[]): Float64Array {
  const chances = new Float64Array(terms.reduce((sum, term) => sum + term, 0) + 1);
  chances[0] = 1;
  let most = 0;
  for (const term of terms) {
    most += term;
    for (let s = most; s >= 0; s--) chances[s] = (chances[s] + (s >= term ? chances[s - term] : 0)) / 2;
  }
  return chances;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
