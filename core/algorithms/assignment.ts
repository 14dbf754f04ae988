import { zeros } from '../batch.js';
import { parameters } from '../parameters.js';
import { defineAlgorithm } from './define-algorithm.js';
import { withHeadroom, withoutOverflow } from './overflow.js';

/**
 * The cheapest one-to-one assignment of n rows to n columns, costs and solution n x n row-major: w[i, j] = 1 where row
 * i takes column j.
 *
 *     w = argmin over permutation matrices of sum_ij costs_ij w_ij
 *
 * Rows are assigned one after another, each by the shortest augmenting path under reduced costs c_ij - u_i - v_j,
 * O(n^3) in all; of equal paths the one by the columns of lower index is taken. Costs near the end of the doubles are
 * solved with divided by a power of two; an objective beyond it is infinite.
 */
export default defineAlgorithm({
  name: 'assignment',
  title: 'Linear assignment',
  source:
    'Kuhn, The Hungarian Method, 1955; Jonker and Volgenant, A Shortest Augmenting Path Algorithm, Computing 38, 1987',
  params: parameters({
    n: { type: 'integer', minimum: 1, maximum: 4096, default: 5, description: 'rows, and columns' },
  }),

  create({ n }) {
    const state = allocate(n);
    return {
      sense: 'minimise',
      inputs: n * n,
      outputs: () => n * n,
      solve(given, out) {
        const costs = withHeadroom(given);
        state.u.fill(0);
        state.v.fill(0);
        state.rowOf.fill(NONE);
        for (let i = 0; i < n; i++) augment(costs, n, i, state);
        return withoutOverflow(write(given, n, state.rowOf, out), given, out);
      },
    };
  },

  sample({ n }, rng, rows) {
    const costs = zeros(rows, n * n);
    for (let k = 0; k < costs.data.length; k++) costs.data[k] = rng.normal();
    return costs;
  },
});

const NONE = -1;

interface State {
  /** Potentials of rows and columns: c_ij - u_i - v_j is at least 0, and 0 where row i has column j. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  /**
   * (n + 1): the row that has column j, or NONE; entry n, which stands for no column, is the row that is being
   * assigned.
   */
  readonly rowOf: Int32Array;
  /** The length of the shortest path to column j beyond those that are final, and the column before it. */
  readonly slack: Float64Array;
  readonly before: Int32Array;
  /** (n + 1): 1 where the path to column j is final. */
  readonly final: Uint8Array;
}

function allocate(n: number): State {
  return {
    u: new Float64Array(n),
    v: new Float64Array(n),
    rowOf: new Int32Array(n + 1),
    slack: new Float64Array(n),
    before: new Int32Array(n),
    final: new Uint8Array(n + 1),
  };
}

/**
 * Gives row i a column: grows shortest paths from it until they reach a free column, and moves each row on that path
 * one column on.
 */
function augment(costs: Float64Array, n: number, i: number, state: State): void {
  const { rowOf, slack, before, final } = state;
  slack.fill(Infinity);
  before.fill(n);
  final.fill(0);
  rowOf[n] = i;
  let column = n;
  while (rowOf[column] !== NONE) {
    final[column] = 1;
    column = advance(costs, n, column, state);
  }
  while (column !== n) {
    const previous = before[column];
    rowOf[column] = rowOf[previous];
    column = previous;
  }
}

/**
 * Extends the paths by the row that has this column; moves the potentials by the distance to the nearest further
 * column, its result.
 */
function advance(costs: Float64Array, n: number, column: number, { u, v, rowOf, slack, before, final }: State): number {
  const row = rowOf[column];
  let nearest = NONE;
  for (let j = 0; j < n; j++) {
    if (final[j] === 1) continue;
    const reduced = costs[row * n + j] - u[row] - v[j];
    if (reduced < slack[j]) {
      slack[j] = reduced;
      before[j] = column;
    }
    if (nearest === NONE || slack[j] < slack[nearest]) nearest = j;
  }
  const delta = slack[nearest];
  for (let j = 0; j < n; j++) {
    if (final[j] === 1) {
      u[rowOf[j]] += delta;
      v[j] -= delta;
    } else slack[j] -= delta;
  }
  u[rowOf[n]] += delta;
  return nearest;
}

function write(costs: Float64Array, n: number, rowOf: Int32Array, out: Float64Array): number {
  out.fill(0);
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const k = rowOf[j] * n + j;
    out[k] = 1;
    sum += costs[k];
  }
  return sum;
}
