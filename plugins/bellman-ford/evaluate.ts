import {
  type Batch,
  byProducts,
  copyOf,
  type Evaluation,
  type Factors,
  LossError,
  lowRank,
  once,
  row,
  zeros,
} from '../../core/index.js';
import { type Address, type BellmanFord, bellmanFord, instantiate } from '../../core/kernels/kernels.js';

export interface BellmanFordParams {
  rows: number;
  columns: number;
  loop: 'for' | 'while';
  distance: 'l1' | 'l2';
  beta: number;
  iterations: number;
  tConorm: 'probabilistic' | 'hamacher' | 'yager';
  hamacher: number;
  absorbSource: boolean;
}

/**
 * Value and derivatives of the relaxed Bellman-Ford algorithm (plugins/bellman-ford.ts), one sample at a time in the
 * kernels.
 */
export function evaluateBellmanFord(params: BellmanFordParams, y: Batch, targets: readonly number[][]): Evaluation {
  const { kernel, costs, path, vector, slopes } = gridSample(params);
  const load = (i: number): void => {
    const target = targets[i];
    for (let j = 0, k = i * y.cols; j < y.cols; j++, k++) {
      costs[j] = y.data[k];
      path[j] = target[j];
    }
  };
  configure(kernel, params);
  const value = new Float64Array(y.rows);
  const gradients = zeros(y.rows, y.cols);
  for (let i = 0; i < y.rows; i++) {
    load(i);
    value[i] = kernel.valueAndGradient();
    gradients.data.set(slopes, i * y.cols);
  }
  const times = (v: Batch): Batch => {
    configure(kernel, params);
    const products = zeros(y.rows, y.cols);
    for (let i = 0; i < y.rows; i++) {
      load(i);
      vector.set(row(v, i));
      kernel.product();
      products.data.set(slopes, i * y.cols);
    }
    return products;
  };
  return {
    value,
    gradient: () => copyOf(gradients),
    hessian: () => byProducts(times, y.rows, y.cols),
    ...(params.distance === 'l2' && { gaussNewton: once(() => lowRank(pathFactors(params, y))) }),
  };
}

/**
 * Cells of which less than this is on the path are left out of the Gauss-Newton matrix, where it would count squared.
 */
const ASIDE = 1e-9;

/**
 * 2/m sum_v J_v J_v^T with the gradients J_v of the path at the cells v that are on it: as many rows a sample as the
 * largest path has cells, weight 0 where there are fewer.
 */
function pathFactors(params: BellmanFordParams, y: Batch): Factors {
  const cells = pathCells(softPaths(params, y));
  const rank = cells.reduce((most, { length }) => Math.max(most, length), 0);
  const J = zeros(y.rows * rank, y.cols);
  const weights = new Float64Array(J.rows);
  const { kernel, costs, slopes } = gridSample(params);
  cells.forEach((list, i) => {
    costs.set(row(y, i));
    kernel.softPath();
    list.forEach((cell, k) => {
      kernel.pathGradient(cell);
      row(J, i * rank + k).set(slopes);
      weights[i * rank + k] = 2 / y.cols;
    });
  });
  return { rank, weights, left: J, right: J };
}

/** For each row of paths the cells that are on it. */
function pathCells(paths: Batch): number[][] {
  return Array.from(
    { length: paths.rows },
    (_, i) => [...row(paths, i).keys()].filter((cell) => paths.data[i * paths.cols + cell] > ASIDE),
  );
}

/** The soft path of each row of costs, (N, m). */
export function softPaths(params: BellmanFordParams, y: Batch): Batch {
  const { kernel, costs, slopes } = gridSample(params);
  configure(kernel, params);
  const paths = zeros(y.rows, y.cols);
  for (let i = 0; i < y.rows; i++) {
    costs.set(row(y, i));
    kernel.softPath();
    paths.data.set(slopes, i * y.cols);
  }
  return paths;
}

function configure(
  kernel: BellmanFord,
  { beta, absorbSource, loop, distance, tConorm, hamacher }: BellmanFordParams,
): void {
  const conorm = { probabilistic: 0, hamacher: hamacher - 1, yager: -1 }[tConorm];
  kernel.configure(beta, absorbSource, loop === 'while', distance === 'l2', conorm);
}

/** The kernel for grids of a size (core/kernels/assembly/bellman-ford.ts), and its arrays, which the next sample overwrites. */
interface GridSample {
  readonly kernel: BellmanFord;
  readonly costs: Float64Array;
  readonly path: Float64Array;
  readonly vector: Float64Array;
  readonly slopes: Float64Array;
}

/** Cells times iterations that WebAssembly can address, at some 130 bytes each. */
const LARGEST = 2 ** 24;

const samples = new Map<string, GridSample>();

function gridSample(params: BellmanFordParams): GridSample {
  const key = `${params.rows} ${params.columns} ${params.iterations}`;
  let sample = samples.get(key);
  if (!sample) samples.set(key, sample = allocate(params));
  return sample;
}

function allocate({ rows, columns, iterations }: BellmanFordParams): GridSample {
  if ((rows + 2) * (columns + 4) * iterations > LARGEST) {
    throw new LossError(
      'PARAMS',
      `bellman-ford: rows * columns * iterations should fit into memory, got ${rows} x ${columns} x ${iterations}`,
    );
  }
  const { kernel, float64 } = instantiate(bellmanFord, (exports) => exports.allocate(rows, columns, iterations));
  const at = (address: Address): Float64Array => float64(address, rows * columns);
  const { costs, path, vector, gradient } = kernel;
  return { kernel, costs: at(costs), path: at(path), vector: at(vector), slopes: at(gradient) };
}
