const bits = new DataView(new ArrayBuffer(8));

/** The k with 2^k <= |x| < 2^(k + 1), for a finite x that is not 0, subnormal ones too. */
export function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  const biased = (bits.getUint32(0) >>> 20) & 0x7ff;
  return biased === 0 ? exponentOf(x * 2 ** 54) - 54 : biased - 1023;
}

/** max |x_j|; 0 of none, and NaN where an entry is NaN. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let j = 0; j < values.length; j++) {
    const size = Math.abs(values[j]);
    if (Number.isNaN(size)) return NaN;
    if (size > largest) largest = size;
  }
  return largest;
}

/** x 2^k: exact, but where the result is subnormal or overflows. */
export function timesPowerOfTwo(x: number, k: number): number {
  if (k > 1023) return timesPowerOfTwo(x * 2 ** 1023, k - 1023);
  return k < -1022 ? timesPowerOfTwo(x * 2 ** -1022, k + 1022) : x * 2 ** k;
}

/**
 * Finite values divided by the power of two, 2^`exponent`, with which the largest is in [1, 2), as a new array: exact,
 * but for entries that are below 2^-1022 of the largest. Where all are 0 the exponent is 0.
 */
export function normalised(values: Float64Array): { readonly scaled: Float64Array; readonly exponent: number } {
  const largest = largestOf(values);
  const exponent = largest === 0 ? 0 : exponentOf(largest);
  const half = Math.trunc(-exponent / 2);
  const [first, second] = [2 ** half, 2 ** (-exponent - half)];
  const scaled = new Float64Array(values.length);
  for (let j = 0; j < values.length; j++) scaled[j] = values[j] * first * second;
  return { scaled, exponent };
}
