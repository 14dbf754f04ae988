/** An integral with an error bar, and the integral of the magnitude. */
export interface Integral {
  readonly value: number;
  readonly bar: number;
  readonly size: number;
}

/** Intervals between the nodes of the rule on the whole, and on its parts. */
const [WHOLE, PART] = [32, 16];
/** Where the parts meet. Not in the middle: steps that are symmetric about it would be integrated right by chance. */
const DIVISION = 0.382;

/**
 * The integral of f, many points at a time, from a to b: Clenshaw and Curtis's rule on 33 points, on 17 of these, and
 * on two unequal parts with 17 points each. The bar is the larger of the two changes. Ends are among the points, so
 * that a kink, wherever it is, shows by a large bar.
 */
export function integrate(f: (x: Float64Array) => Float64Array, a: number, b: number): Integral {
  const middle = a + DIVISION * (b - a);
  const values = f(nodes(a, b, WHOLE));
  const fine = ruled(values, WHOLE, b - a);
  const coarse = ruled(
    values.filter((_, k) => k % 2 === 0),
    PART,
    b - a,
  );
  const parts = ruled(f(nodes(a, middle, PART)), PART, middle - a) + ruled(f(nodes(middle, b, PART)), PART, b - middle);
  const bar = Math.max(Math.abs(fine - coarse), Math.abs(fine - parts));
  return { value: fine, bar, size: ruled(values.map(Math.abs), WHOLE, b - a) };
}

function nodes(a: number, b: number, n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => a + ((b - a) / 2) * (1 - Math.cos((Math.PI * k) / n)));
}

function ruled(values: Float64Array, n: number, length: number): number {
  return (length / 2) * values.reduce((sum, x, k) => sum + weights[n][k] * x, 0);
}

/**
 * w_k = c_k / n (1 - sum over j = 1 .. n / 2 of b_j cos(2 j k pi / n) / (4 j^2 - 1)), c = 1 at the ends, else 2;
 * b_(n/2) = 1, else 2.
 */
const weights: Readonly<Record<number, readonly number[]>> = Object.fromEntries(
  [WHOLE, PART].map((n) => [
    n,
    Array.from({ length: n + 1 }, (_, k) => {
      let sum = 1;
      for (let j = 1; j <= n / 2; j++) {
        sum -= ((2 * j === n ? 1 : 2) * Math.cos((2 * j * k * Math.PI) / n)) / (4 * j * j - 1);
      }
      return ((k === 0 || k === n ? 1 : 2) * sum) / n;
    }),
  ]),
);
