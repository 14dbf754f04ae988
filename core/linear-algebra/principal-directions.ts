import { type Batch, row, zeros } from '../batch.js';
import { createRng } from '../random/rng.js';
import { normalised } from './powers-of-two.js';
import { addScaled, dot } from './vectors.js';

const ITERATIONS = 4;
/** A row that loses all but this share of itself to those before it is left out. */
const DEPENDENT = 1e-12;

/**
 * The q orthonormal directions, rows of the result, in which most of the rows of A (n, m) lie: leading eigenvectors of
 * A^T A, nearly, by subspace iteration from a fixed random start (Halko, Martinsson and Tropp, SIAM Review 53, 2011,
 * algorithm 4.4). Fewer where the rank of A is lower. The scale of A does not matter. O(q n m).
 */
export function principalDirections(given: Batch, q: number): Batch {
  const A = { ...given, data: normalised(given.data).scaled };
  const rng = createRng(0);
  const start = zeros(q, A.rows);
  for (let k = 0; k < start.data.length; k++) start.data[k] = rng.normal();
  let B = orthonormalise(times(start, A));
  for (let t = 0; t < ITERATIONS; t++) B = orthonormalise(times(timesTransposed(B, A), A));
  return B;
}

/**
 * The rows of A, one after the other, without what they have of those before, and of the orthonormal rows `before`; of
 * length 1.
 */
export function orthonormalise(A: Batch, before: Batch = zeros(0, A.cols)): Batch {
  const rows = Array.from({ length: before.rows }, (_, k) => row(before, k));
  for (let k = 0; k < A.rows; k++) {
    const x = normalised(row(A, k)).scaled; // a copy, whose square neither overflows nor vanishes
    const length = Math.sqrt(dot(x, x));
    for (let twice = 0; twice < 2; twice++) for (const b of rows) addScaled(-dot(x, b), b, x); // the second time for what rounding left
    const rest = Math.sqrt(dot(x, x));
    if (rest > DEPENDENT * length) rows.push(x.map((entry) => entry / rest));
  }
  const out = zeros(rows.length - before.rows, A.cols);
  for (let k = 0; k < out.rows; k++) row(out, k).set(rows[before.rows + k]);
  return out;
}

/** A B */
export function times(A: Batch, B: Batch): Batch {
  const out = zeros(A.rows, B.cols);
  for (let i = 0; i < A.rows; i++) {
    for (let k = 0; k < A.cols; k++) addScaled(A.data[i * A.cols + k], row(B, k), row(out, i));
  }
  return out;
}

/** A B^T */
export function timesTransposed(A: Batch, B: Batch): Batch {
  const out = zeros(A.rows, B.rows);
  for (let i = 0; i < A.rows; i++) {
    for (let k = 0; k < B.rows; k++) out.data[i * B.rows + k] = dot(row(A, i), row(B, k));
  }
  return out;
}
