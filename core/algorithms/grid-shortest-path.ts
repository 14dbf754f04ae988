import { zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { createHeap, type Heap, pushHeap, replaceLeast } from './heap.js';
import { parameters } from '../parameters.js';
import { defineAlgorithm } from './define-algorithm.js';
import { withHeadroom } from './overflow.js';

export interface GridShortestPathParams {
  rows: number;
  columns: number;
  neighbours: 4 | 8;
  source: number[];
  target: number[];
  negative: 'clamp' | 'error';
}

const cell = { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 } as const;

/**
 * The cheapest path between two cells of a grid whose cells, not steps, cost: the indicator of its cells, row-major,
 * both ends included and counted.
 *
 *     w = argmin over paths of sum of costs on the path
 *
 * Ties: Dijkstra's algorithm takes cells in the order of (distance, row-major index), and a cell's predecessor is the
 * first of its neighbours to be taken. Negative costs count as 0, or are UNSUPPORTED. The cost of a path that is beyond
 * the doubles is infinite; the path is still the cheapest.
 */
export default defineAlgorithm({
  name: 'grid-shortest-path',
  title: 'Shortest path on a grid with vertex costs',
  source:
    'Dijkstra, A Note on Two Problems, 1959; task: Vlastelica et al., Differentiation of Blackbox Combinatorial Solvers, ICLR 2020',
  params: parameters({
    rows: { type: 'integer', minimum: 1, maximum: 4096, default: 12 },
    columns: { type: 'integer', minimum: 1, maximum: 4096, default: 12 },
    neighbours: { type: 'integer', enum: [4, 8], default: 8 },
    source: { ...cell, default: [0, 0], description: 'row and column; negative counts from the end' },
    target: { ...cell, default: [-1, -1], description: 'row and column; negative counts from the end' },
    negative: {
      type: 'string',
      enum: ['clamp', 'error'],
      default: 'clamp',
      description: 'negative costs count as 0, or are an error',
    },
  }),

  create(params) {
    const grid = layOut(params);
    const m = params.rows * params.columns;
    return {
      sense: 'minimise',
      inputs: m,
      clamps: params.negative === 'clamp',
      outputs: () => m,
      solve(costs, out) {
        if (params.negative === 'error') refuseNegative(costs);
        const cost = searchFar(grid, costs);
        out.fill(0);
        for (let v = grid.target; v !== grid.source; v = grid.predecessor[v]) out[v] = 1;
        out[grid.source] = 1;
        return cost;
      },
    };
  },

  sample({ rows, columns }, rng, count) {
    const costs = zeros(count, rows * columns);
    for (let k = 0; k < costs.data.length; k++) costs.data[k] = 0.8 + 9 * rng.uniform();
    return costs;
  },
});

interface Grid {
  readonly columns: number;
  readonly source: number;
  readonly target: number;
  /** Offset to the neighbour of each direction, in row-major order: the opposite of direction k is 7 - k. */
  readonly steps: Int32Array;
  /**
   * Bit k of an entry: the neighbour in direction k is still to be reached. Cell v is at v + columns + 1: a margin at
   * either end takes what is written for neighbours that do not exist.
   */
  readonly open: Uint8Array;
  /** What `open` is at the start. */
  readonly inside: Uint8Array;
  readonly predecessor: Int32Array;
  /** Distances of cells. */
  readonly heap: Heap;
}

function layOut({ rows, columns, neighbours, source, target }: GridShortestPathParams): Grid {
  const m = rows * columns;
  const inside = new Uint8Array(m + 2 * (columns + 1));
  const steps = new Int32Array(8);
  for (let k = 0; k < 8; k++) {
    const place = k < 4 ? k : k + 1; // of the 3 x 3 cells around, without the middle
    const [down, right] = [Math.floor(place / 3) - 1, (place % 3) - 1];
    steps[k] = down * columns + right;
    if (neighbours === 4 && down * right !== 0) continue;
    for (let v = 0; v < m; v++) {
      const [r, c] = [Math.floor(v / columns) + down, (v % columns) + right];
      if (r >= 0 && r < rows && c >= 0 && c < columns) inside[v + columns + 1] |= 1 << k;
    }
  }
  return {
    columns,
    source: indexOf('source', source, rows, columns),
    target: indexOf('target', target, rows, columns),
    steps,
    open: inside.slice(),
    inside,
    predecessor: new Int32Array(m),
    heap: createHeap(m),
  };
}

function indexOf(end: string, [row, column]: number[], rows: number, columns: number): number {
  const r = row < 0 ? row + rows : row;
  const c = column < 0 ? column + columns : column;
  if (r >= 0 && r < rows && c >= 0 && c < columns) return r * columns + c;
  throw new LossError(
    'PARAMS',
    `grid-shortest-path: params/${end} should be a cell of the ${rows} x ${columns} grid, got [${row}, ${column}]`,
  );
}

/** `search`; where even the cheapest path is infinitely long, with costs divided so that none is. */
function searchFar(grid: Grid, costs: Float64Array): number {
  const cost = search(grid, costs);
  if (cost === Infinity) search(grid, withHeadroom(costs));
  return cost;
}

/**
 * Fills the predecessors on the way from target to source and returns the distance of the target. Since entering a cell
 * costs the same from everywhere, the first cell to reach another gives it its least distance: each cell enters the
 * heap once, and the search ends when the target is reached.
 */
function search(
  { columns, source, target, steps, open, inside, predecessor, heap }: Grid,
  costs: Float64Array,
): number {
  open.set(inside);
  reach(open, columns, source);
  const start = costs[source] > 0 ? costs[source] : 0;
  if (source === target) return start;
  pushHeap(heap, 0, start, source);
  for (let size = 1;;) {
    const u = heap.items[0];
    const distance = heap.keys[0];
    let replaced = false;
    for (let bits = open[u + columns + 1], k = 0; bits !== 0; bits ^= 1 << k) {
      k = 31 - Math.clz32(bits);
      const v = u + steps[k];
      predecessor[v] = u;
      const d = distance + (costs[v] > 0 ? costs[v] : 0);
      if (v === target) return d;
      reach(open, columns, v);
      if (replaced) pushHeap(heap, size++, d, v);
      else replaceLeast(heap, size, d, v);
      replaced = true;
    }
    if (!replaced) replaceLeast(heap, --size, heap.keys[size], heap.items[size]);
  }
}

/**
 * Cell v is no longer to be reached, from any of its neighbours; neighbours beyond a side wrap to cells that never had
 * the bit.
 */
function reach(open: Uint8Array, columns: number, v: number): void {
  const above = v;
  const beside = above + columns;
  const below = beside + columns;
  open[above] &= ~0x80;
  open[above + 1] &= ~0x40;
  open[above + 2] &= ~0x20;
  open[beside] &= ~0x10;
  open[beside + 2] &= ~0x08;
  open[below] &= ~0x04;
  open[below + 1] &= ~0x02;
  open[below + 2] &= ~0x01;
}

function refuseNegative(costs: Float64Array): void {
  const v = costs.findIndex((cost) => cost < 0);
  if (v < 0) return;
  throw new LossError(
    'UNSUPPORTED',
    `grid-shortest-path: costs should be at least 0 (or params/negative clamp), got ${costs[v]} at ${v}`,
  );
}
