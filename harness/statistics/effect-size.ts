/**
 * Hedges' factor, by which the mean over the standard deviation of nu + 1 values is too large on average:
 *
 *     J(nu) = Gamma(nu / 2) / (sqrt(nu / 2) Gamma((nu - 1) / 2)),    0.56 for nu = 2, about 1 - 3 / (4 nu - 1),
 *
 * for nu >= 2, below which there is no such average (Hedges, Distribution theory for Glass's estimator of effect size,
 * 1981). O(nu).
 */
export function hedgesFactor(degrees: number): number {
  let ratio = 1 / Math.sqrt(Math.PI); // Gamma(k / 2) / Gamma((k - 1) / 2) for k = 2
  for (let k = 2; k < degrees; k++) ratio = (k - 1) / 2 / ratio;
  return ratio / Math.sqrt(degrees / 2);
}
