import { zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { parameters } from '../parameters.js';
import { defineAlgorithm } from './define-algorithm.js';
import { BASE, type ExactDigits, exactDigits } from './exact-digits.js';
import { withoutOverflow } from './overflow.js';

/** Entries of the table of choices, a bit each: 256 MiB. */
const MOST_CHOICES = 2 ** 31;
const size = { type: 'integer', maximum: 1_000_000 } as const;

/**
 * The items of largest total value whose weights fit into a knapsack, w[j] = 1 where item j is taken; items of value 0
 * or less never are.
 *
 *     w = argmax over w in {0, 1}^n with <weights, w> <= capacity of <scores, w>
 *
 * Of equal optima the one that takes the earlier item where they first differ: [1, 1, 2] with weights [1, 1, 2] and
 * capacity 2 gives [1, 1, 0]. Values are summed as whole numbers of several digits, so that no rounding decides, at any
 * scale.
 *
 *     V_j(c) = max(V_{j+1}(c), scores_j + V_{j+1}(c - weights_j))     the best of items j, ..., n - 1 within capacity c
 *
 * O(n capacity) time and as many bits; PARAMS for more than 2^31. A capacity beyond the sum of the weights costs no
 * more than that sum.
 */
export default defineAlgorithm({
  name: 'knapsack',
  title: '0/1 knapsack',
  source: 'Bellman, Dynamic Programming, 1957; Kellerer, Pferschy and Pisinger, Knapsack Problems, 2004, section 2.3',
  params: parameters({
    weights: {
      type: 'array',
      items: { ...size, minimum: 1 },
      minItems: 1,
      default: [4, 2, 1, 5, 3, 2],
      description: 'whole numbers, one an item',
    },
    capacity: { ...size, minimum: 0, default: 8, description: 'of the weights that are taken, together' },
  }),

  create({ weights, capacity }) {
    const n = weights.length;
    const table = allocate(weights, capacity);
    return {
      sense: 'maximise',
      inputs: n,
      outputs: () => n,
      solve(scores, out) {
        fillTable(table, scores, exactDigits(scores));
        return withoutOverflow(readTable(table, scores, out), scores, out);
      },
    };
  },

  sample({ weights }, rng, rows) {
    const scores = zeros(rows, weights.length);
    for (let k = 0; k < scores.data.length; k++) scores.data[k] = 1 + rng.normal();
    return scores;
  },
});

interface Table {
  readonly weights: Float64Array;
  /** No more than the sum of the weights. */
  readonly capacity: number;
  /** (n, words): bit c of row j is 1 where the best of items j, ..., n - 1 within capacity c takes item j. */
  readonly choices: Int32Array;
  /** Of 32 bits, in a row of choices. */
  readonly words: number;
  /** (capacity + 1, digits of a value): V_j(c), of one j after another. */
  values: Float64Array;
}

function allocate(given: readonly number[], limit: number): Table {
  const weights = Float64Array.from(given);
  const capacity = Math.min(limit, weights.reduce((sum, weight) => (weight <= limit ? sum + weight : sum), 0));
  const most = Math.floor(MOST_CHOICES / weights.length) - 1;
  if (capacity > most) {
    throw new LossError(
      'PARAMS',
      `knapsack: capacity should be at most ${most} for the table of ${weights.length} items, got ${capacity}`,
    );
  }
  const words = Math.ceil((capacity + 1) / 32);
  return {
    weights,
    capacity,
    choices: new Int32Array(weights.length * words),
    words,
    values: new Float64Array(capacity + 1),
  };
}

function fillTable(table: Table, scores: Float64Array, exact: ExactDigits): void {
  const { weights, capacity, choices } = table;
  const size = (capacity + 1) * exact.width;
  if (table.values.length < size) table.values = new Float64Array(size);
  else table.values.fill(0, 0, size);
  choices.fill(0);
  for (let j = weights.length - 1; j >= 0; j--) {
    if (!(scores[j] > 0) || weights[j] > capacity) continue;
    if (exact.width === 1) addItem(table, j, exact.digits[j]);
    else if (exact.width === 2) addItemOfTwoDigits(table, j, exact.digits[2 * j], exact.digits[2 * j + 1]);
    else addItemOfDigits(table, j, exact);
  }
}

/** V_j from V_{j+1}, in place, from the largest capacity on: what is read is still that of V_{j+1}. */
function addItem({ weights, capacity, choices, words, values }: Table, j: number, score: number): void {
  const [weight, row] = [weights[j], j * words];
  for (let c = capacity; c >= weight; c--) {
    const value = values[c - weight] + score;
    if (value < values[c]) continue;
    values[c] = value;
    choices[row + (c >> 5)] |= 1 << c;
  }
}

/** The same with values of two digits, as of scores with noise on them. */
function addItemOfTwoDigits(
  { weights, capacity, choices, words, values }: Table,
  j: number,
  low: number,
  high: number,
): void {
  const [weight, row] = [weights[j], j * words];
  for (let c = capacity; c >= weight; c--) {
    const [at, from] = [2 * c, 2 * (c - weight)];
    const digit = values[from] + low;
    const carry = digit >= BASE ? 1 : 0;
    const leading = values[from + 1] + high + carry;
    const last = digit - carry * BASE;
    if (leading < values[at + 1] || (leading === values[at + 1] && last < values[at])) continue;
    values[at] = last;
    values[at + 1] = leading;
    choices[row + (c >> 5)] |= 1 << c;
  }
}

/** The same with values of several digits. A leading digit that is too small by 2 or more decides, whatever is carried. */
function addItemOfDigits({ weights, capacity, choices, words, values }: Table, j: number, exact: ExactDigits): void {
  const { width, digits } = exact;
  const [weight, row, own, last] = [weights[j], j * words, j * width, width - 1];
  const leading = digits[own + last] + 1;
  const sum = new Float64Array(width);
  for (let c = capacity; c >= weight; c--) {
    const [at, from] = [c * width, (c - weight) * width];
    if (values[from + last] + leading < values[at + last]) continue;
    let carry = 0;
    for (let k = 0; k < last; k++) {
      const digit = values[from + k] + digits[own + k] + carry;
      carry = digit >= BASE ? 1 : 0;
      sum[k] = digit - carry * BASE;
    }
    sum[last] = values[from + last] + digits[own + last] + carry;
    if (isLess(sum, values, at)) continue;
    for (let k = 0; k <= last; k++) values[at + k] = sum[k];
    choices[row + (c >> 5)] |= 1 << c;
  }
}

function isLess(sum: Float64Array, values: Float64Array, at: number): boolean {
  let k = sum.length - 1;
  while (k > 0 && sum[k] === values[at + k]) k--;
  return sum[k] < values[at + k];
}

/** Follows the choices from the first item on; the sum of the values that are taken. */
function readTable({ weights, capacity, choices, words }: Table, scores: Float64Array, out: Float64Array): number {
  let [left, sum] = [capacity, 0];
  for (let j = 0; j < weights.length; j++) {
    out[j] = (choices[j * words + (left >> 5)] >> left) & 1;
    if (out[j] === 0) continue;
    left -= weights[j];
    sum += scores[j];
  }
  return sum;
}
