import {
  abs,
  add,
  divide,
  expand,
  gather,
  mean,
  multiply,
  type Operand,
  relu,
  scatter,
  softmin,
  square,
  subtract,
  sum,
  type Var,
} from '../../../core/autodiff/index.js';
import {
  assign,
  assignAt,
  type Body,
  For,
  lessThan,
  read,
  run,
  type State,
  type Statement,
  While,
} from '../../../core/relaxed/index.js';

/**
 * AlgoVision's relaxed Bellman-Ford on a grid with vertex costs y (N, rows * columns), from the top left to the bottom
 * right cell: `iterations` sweeps for the distances, then a walk of probability mass from the target back along the
 * soft predecessors of the last sweep, of `iterations` steps or of as many at most.
 */
export interface RelaxedBellmanFord {
  readonly rows: number;
  readonly columns: number;
  readonly loop: 'for' | 'while';
  readonly distance: 'l1' | 'l2';
  readonly beta: number;
  readonly iterations: number;
  readonly tConorm: 'probabilistic' | 'hamacher' | 'yager';
  /** p of the Hamacher t-conorm: 1 gives the probabilistic one, 2 Einstein's sum. */
  readonly hamacher?: number;
  /** The walk ends at the source. */
  readonly absorbSource: boolean;
}

/** Distance of cells that are not reached, and of the margin. */
const INF = 1e12;

/** The loss, (N, 1), of a program that is recorded on a tape. */
export function bellmanFordLoss(
  settings: RelaxedBellmanFord,
): (y: Var, targets: readonly (readonly number[])[]) => Var {
  return (y, targets) => pathDifference(settings.distance, bellmanFord(settings, y).path, targets);
}

/** Mean absolute or mean squared difference between the soft path and a path of 0 and 1. */
export function pathDifference(distance: 'l1' | 'l2', path: Var, targets: readonly (readonly number[])[]): Var {
  return mean((distance === 'l1' ? abs : square)(subtract(path, targets)));
}

/**
 * The state at the end of the program: `path` and `trace` (N, cells), `distance` (N, (rows + 2) * (columns + 2)), `pi`
 * (N, cells * 8).
 */
export function bellmanFord(settings: RelaxedBellmanFord, y: Var): State {
  return run(y, bellmanFordProgram(settings), bellmanFordStart(settings, y), { beta: settings.beta });
}

export function bellmanFordProgram(settings: RelaxedBellmanFord): Body {
  const { rows, columns, loop, iterations, absorbSource } = settings;
  const grid = layOut(rows, columns);
  const step: Body = [assign('path', conorm(settings)), walk(grid)];
  return [
    For(iterations, () => sweep(grid)),
    absorbSource ? absorb(rows * columns) : [],
    loop === 'for'
      ? For(iterations, () => step)
      : While(lessThan(read('path', 0), 1), step, { maxIterations: iterations }),
  ];
}

export function bellmanFordStart({ rows, columns }: RelaxedBellmanFord, y: Var): Readonly<Record<string, Operand>> {
  const { inner, padded } = layOut(rows, columns);
  const cells = rows * columns;
  return {
    cost: y,
    distance: Float64Array.from({ length: padded }, (_, v) => (v === inner[0] ? 0 : INF)),
    pi: new Float64Array(cells * 8),
    trace: Float64Array.from({ length: cells }, (_, v) => Number(v === cells - 1)),
    path: new Float64Array(cells),
  };
}

/**
 * d_i := sum_k pi_ik u_ik + c_i with pi = softmin(beta u) over the distances u of the eight neighbours; 0 at the
 * source, INF on the margin.
 */
function sweep(grid: Grid): Body {
  const along = { shape: [grid.inner.length, 8], axis: 1 };
  const neighbours = (s: State): Var => gather(s.distance, grid.neighbours);
  return [
    assign('pi', (s, { beta }) => softmin(multiply(beta, neighbours(s)), along)),
    assign(
      'distance',
      (s) => add(scatter(add(sum(multiply(s.pi, neighbours(s)), along), s.cost), grid.inner, grid.padded), grid.margin),
    ),
    assignAt('distance', grid.inner[0], 0),
  ];
}

/**
 * trace_j := sum over cells i and directions k that lead from i to j of trace_i pi_ik; what leaves the grid is lost.
 */
function walk(grid: Grid): Statement {
  const along = { shape: [grid.inner.length, 8], axis: 1 };
  return assign(
    'trace',
    (s) => gather(scatter(multiply(expand(s.trace, along), s.pi), grid.neighbours, grid.padded), grid.inner),
  );
}

/** The source sends nothing on. */
function absorb(cells: number): Statement {
  return assign('pi', ({ pi }) => multiply(pi, Float64Array.from({ length: cells * 8 }, (_, k) => Number(k >= 8))));
}

function conorm({ tConorm, hamacher: p = 1 }: RelaxedBellmanFord): (s: State) => Var {
  return ({ path: a, trace: b }) => {
    const ab = multiply(a, b);
    if (tConorm === 'probabilistic') return subtract(add(a, b), ab);
    if (tConorm === 'yager') return subtract(1, relu(subtract(1, add(a, b))));
    return divide(add(add(a, b), multiply(p - 2, ab)), add(1, multiply(p - 1, ab)));
  };
}

interface Grid {
  /** Cells of the grid with a margin of one cell. */
  readonly padded: number;
  /** Each cell's place among them. */
  readonly inner: Int32Array;
  /** The places of each cell's eight neighbours, row-major. */
  readonly neighbours: Int32Array;
  /** INF on the margin, 0 inside. */
  readonly margin: Float64Array;
}

function layOut(rows: number, columns: number): Grid {
  const width = columns + 2;
  const padded = (rows + 2) * width;
  const inner = Int32Array.from(
    { length: rows * columns },
    (_, v) => (Math.floor(v / columns) + 1) * width + (v % columns) + 1,
  );
  const steps = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => down * width + right)).filter((by) => by !== 0);
  const neighbours = Int32Array.from([...inner].flatMap((v) => steps.map((by) => v + by)));
  const margin = new Float64Array(padded).fill(INF);
  for (const v of inner) margin[v] = 0;
  return { padded, inner, neighbours, margin };
}
