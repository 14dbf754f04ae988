/** 2^20 sign patterns take a few milliseconds. */
export const MOST_SIGN_FLIPS = 20;

/**
 * The share of the 2^n sign patterns of the differences whose |sum| is at least the observed one: exact under the
 * hypothesis that each difference is as likely to have either sign, whatever its distribution. Never below 2^(1 - n),
 * 0.25 for three seeds. RangeError above 20 differences.
 */
export function signFlipP(differences: readonly number[]): number {
  const n = differences.length;
  if (n > MOST_SIGN_FLIPS) throw new RangeError(`signFlipP: at most ${MOST_SIGN_FLIPS} differences, got ${n}`);
  const observed = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  const rounding = 1e-12 * differences.reduce((sum, d) => sum + Math.abs(d), 0); // equal sums may differ in their last bits
  let extreme = 0;
  for (let signs = 0; signs < 2 ** n; signs++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? -differences[i] : differences[i];
    if (Math.abs(sum) >= observed - rounding) extreme++;
  }
  return extreme / 2 ** n;
}
