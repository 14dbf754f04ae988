import { mean, square, subtract } from '../../../core/autodiff/index.js';
import { parameters } from '../../../core/parameters.js';
import {
  assign,
  assignAt,
  type Body,
  defineRelaxedLoss,
  For,
  greaterThan,
  If,
  read,
} from '../../../core/relaxed/index.js';

/** Exchanges entries j and j + 1 of an array. */
function exchange(name: string, j: number): Body {
  return [assign('kept', read(name, j)), assignAt(name, j, read(name, j + 1)), assignAt(name, j + 1, 'kept')];
}

/** Sorts the scores, ascending, and takes the items along. */
export function bubbleSort(n: number): Body {
  return For(
    n - 1,
    (turn) =>
      For(
        n - 1 - turn,
        (j) => If(greaterThan(read('score', j), read('score', j + 1)), [exchange('score', j), exchange('item', j)]),
      ),
  );
}

/**
 * Scores that sort their items: mean squared difference between the items in the order of the scores, and in their own.
 */
export default defineRelaxedLoss({
  name: 'bubble-sort',
  title: 'Relaxed bubble sort',
  source: 'test',
  params: parameters({ beta: { type: 'number', exclusiveMinimum: 0, default: 10 } }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { nonnegative: true },
  create: ({ beta }) => ({
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, got ${t.length}`),
    settings: { beta },
    variables: (y, items) => ({ score: y, item: items }),
    program: bubbleSort,
    output: 'item',
    loss: (item, items) => mean(square(subtract(item, items.map((t) => Float64Array.from(t).sort())))),
  }),
  sample(_params, rng, rows) {
    const normal = (): number[] => Array.from({ length: 3 }, () => rng.normal());
    const y = { rows, cols: 3, data: Float64Array.from({ length: 3 * rows }, () => rng.normal()) };
    return { y, targets: Array.from({ length: rows }, normal) };
  },
});
