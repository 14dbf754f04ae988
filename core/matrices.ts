import { type Batch, copyOf, row, timesBlocks, zeros } from './batch.js';
import { checkShape } from './validation.js';
import { blocksOf, type Factors, meanOfFactors, timesFactors } from './factors.js';
import { gram, meanOfRows, symmetrise } from './linear-algebra/gram.js';
import { addScaled, dot } from './linear-algebra/vectors.js';

/** N symmetric m x m matrices, one a sample, by whatever is known of them: `dense`, `byProducts`, `lowRank`, ... */
export interface Matrices {
  /** N */
  readonly count: number;
  /** m */
  readonly size: number;
  /** Where the blocks come from; of `products` they take m. */
  readonly known: 'blocks' | 'factors' | 'products';
  /** (N, m) -> (N, m): each matrix times its own row of V. */
  times(V: Batch): Batch;
  /** (m) -> (m): the mean matrix times v, without forming it. */
  timesMean(v: Float64Array): Float64Array;
  /** (N, m * m): one row-major block a sample, the caller's own. */
  blocks(): Batch;
  /** (m * m): the mean matrix, symmetrised; formed without the blocks where that is cheaper. */
  mean(): Float64Array;
  /** What they are made of, where their rank is low; not to be written to. */
  readonly factors?: Factors;
  /** (N, m): the rows g_i, where the matrices are g_i g_i^T; not to be written to. */
  readonly outer?: Batch;
}

/** Matrices from their row-major blocks (N, m * m), which are kept. */
export function dense(blocks: Batch): Matrices {
  const times = (V: Batch): Batch => timesBlocks(blocks, V);
  const size = Math.sqrt(blocks.cols);
  return { ...fromBlocks(times, blocks.rows, size, () => blocks), blocks: () => copyOf(blocks) };
}

/**
 * N matrices m x m from what makes their row-major blocks (N, m * m), called when these are first asked for, and from
 * what makes the mean, symmetrised, without them.
 */
export function lazilyDense(N: number, m: number, make: () => Batch, mean: () => Float64Array): Matrices {
  const blocks = once(make);
  return { ...fromBlocks((V) => timesBlocks(blocks(), V), N, m, () => copyOf(blocks())), mean };
}

/**
 * N matrices m x m from `times`, (N, m) -> (N, m), each matrix times its own row; with `blocks`, which makes the
 * (N, m * m) blocks anew at every call, where that takes less than m products. SHAPE where these give anything else.
 */
export function byProducts(times: (V: Batch) => Batch, N: number, m: number, blocks?: () => Batch): Matrices {
  const checkedTimes = (V: Batch): Batch => {
    const products = times(V);
    checkShape('byProducts', 'what times() gives', products, N, m);
    return products;
  };
  if (!blocks) return fromProducts(checkedTimes, N, m);
  const checkedBlocks = (): Batch => {
    const given = blocks();
    checkShape('byProducts', 'what blocks() gives', given, N, m * m);
    return given;
  };
  return fromBlocks(checkedTimes, N, m, checkedBlocks);
}

/** Matrices from their factors, which are kept. */
export function lowRank(factors: Factors): Matrices {
  const [count, size] = [factors.weights.length / factors.rank, factors.left.cols];
  const times = (V: Batch): Batch => timesFactors(factors, V);
  return {
    ...{ count, size, known: 'factors', factors, times, timesMean: (v) => meanProduct(times, v, count) },
    blocks: () => blocksOf(factors),
    mean: () => meanOfFactors(factors),
  };
}

/** The matrices g_i g_i^T of the rows of G (N, m), which is kept: Fisher, where they are gradients. Products are O(N m). */
export function outerProducts(G: Batch): Matrices {
  const { rows: N, cols: m } = G;
  const factors: Factors = { rank: 1, weights: new Float64Array(N).fill(1), left: G, right: G };
  return {
    ...{ count: N, size: m, known: 'factors', factors, outer: G, blocks: () => blocksOf(factors) },
    times(V) {
      const out = zeros(N, m);
      for (let i = 0; i < N; i++) addScaled(dot(row(G, i), row(V, i)), row(G, i), row(out, i));
      return out;
    },
    timesMean(v) {
      const out = new Float64Array(m);
      for (let i = 0; i < N; i++) addScaled((1 / N) * dot(row(G, i), v), row(G, i), out);
      return out;
    },
    mean() {
      const C = gram(G.data, N, m);
      for (let k = 0; k < C.length; k++) C[k] /= N;
      return C;
    },
  };
}

export function isMatrices(given: Batch | Matrices): given is Matrices {
  return typeof given === 'object' && given !== null && 'times' in given;
}

/** What an evaluation gives, as matrices: a Batch is their blocks. */
export function matricesOf(given: Batch | Matrices): Matrices {
  return isMatrices(given) ? given : dense(given);
}

/** What `make` gives, made at the first call. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function fromBlocks(times: Matrices['times'], N: number, m: number, blocks: () => Batch): Matrices {
  return {
    ...{ count: N, size: m, known: 'blocks', times, blocks, timesMean: (v) => meanProduct(times, v, N) },
    mean() {
      const C = meanOfRows(blocks().data, N, m * m);
      symmetrise(C, m);
      return C;
    },
  };
}

/** Column j of every matrix is its product with e_j: m calls. */
function fromProducts(times: Matrices['times'], N: number, m: number): Matrices {
  const forEachColumn = (use: (j: number, column: Float64Array) => void): void => {
    for (let j = 0; j < m; j++) {
      const e = zeros(N, m);
      for (let i = 0; i < N; i++) e.data[i * m + j] = 1;
      use(j, times(e).data);
    }
  };
  return {
    ...{ count: N, size: m, known: 'products', times, timesMean: (v) => meanProduct(times, v, N) },
    blocks() {
      const H = zeros(N, m * m);
      forEachColumn((j, column) => {
        for (let k = 0; k < column.length; k++) H.data[k * m + j] = column[k];
      });
      return H;
    },
    mean() {
      const C = new Float64Array(m * m);
      forEachColumn((j, column) => C.set(meanOfRows(column, N, m), j * m));
      symmetrise(C, m);
      return C;
    },
  };
}

/** The mean matrix times v: one product with v in every row. */
function meanProduct(times: Matrices['times'], v: Float64Array, N: number): Float64Array {
  const V = zeros(N, v.length);
  for (let i = 0; i < N; i++) row(V, i).set(v);
  return meanOfRows(times(V).data, N, v.length);
}
