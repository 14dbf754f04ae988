import { largestOf, timesPowerOfTwo } from '../linear-algebra/powers-of-two.js';

/** Costs below 2^960: sums of 2^63 of them are finite. */
const SAFE = 2 ** 960;
/** What larger costs are divided by, as a power of two: what is lost of others is below 2^-1086 of the largest. */
const HEADROOM = 64;

/** The costs themselves, or where sums of them might overflow a copy divided by 2^64, which has the same solutions. */
export function withHeadroom(costs: Float64Array): Float64Array {
  return largestOf(costs) < SAFE ? costs : costs.map((c) => timesPowerOfTwo(c, -HEADROOM));
}

/**
 * The objective <costs, w>, given the sum as it came out: where it is not finite it is summed again with headroom, so
 * that it is infinite only where it is beyond the doubles, and never NaN.
 */
export function withoutOverflow(sum: number, costs: Float64Array, w: Float64Array): number {
  if (Number.isFinite(sum)) return sum;
  const shift = 512; // solutions may have large entries too
  let scaled = 0;
  for (let j = 0; j < costs.length; j++) scaled += timesPowerOfTwo(costs[j], -shift) * w[j];
  return timesPowerOfTwo(scaled, shift);
}
