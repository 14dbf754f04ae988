/**
 * Holm's step-down correction of m p-values, in their order: with p_(1) <= ... <= p_(m),
 *
 *     adjusted p_(k) = max over j <= k of min(1, (m - j + 1) p_(j)).
 *
 * Whoever calls those below alpha significant errs in any of them with a chance of at most alpha, whatever depends on
 * what (Holm, A simple sequentially rejective multiple test procedure, 1979).
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = new Array<number>(ps.length);
  const order = ps.map((_, i) => i).sort((a, b) => ps[a] - ps[b]);
  let largest = 0;
  order.forEach((i, k) => {
    largest = Math.max(largest, Math.min(1, (ps.length - k) * ps[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}
