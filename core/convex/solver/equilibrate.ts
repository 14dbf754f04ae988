import type { Cone } from '../cones/index.js';
import type { SparseMatrix } from '../linear-algebra/sparse.js';
import type { ProgramData } from './cone-program.js';

/**
 * A program in other units: P' = c D P D, q' = c D q, A' = E A D, b' = E b, so that x = D x', s = E^-1 s', z = E z' /
 * c.
 */
export interface Equilibrated {
  readonly P: SparseMatrix;
  readonly q: Float64Array;
  readonly A: SparseMatrix;
  readonly b: Float64Array;
  readonly D: Float64Array;
  readonly E: Float64Array;
  readonly c: number;
}

const ROUNDS = 10;

/** Solutions from 1 to here need no other unit. */
const USUAL = 64;

/**
 * Ruiz's equilibration of [P, A^T; A, 0]: rows and columns are divided by the square root of their largest entry, again
 * and again; rows of one cone that is not a product of half-lines by the same number. Factors are powers of two, so
 * that nothing is rounded.
 */
export function equilibrate({ P, q, A, b }: ProgramData, cones: readonly Cone[]): Equilibrated {
  const D = new Float64Array(q.length).fill(1);
  const E = new Float64Array(b.length).fill(1);
  const [p, a] = [P.value.slice(), A.value.slice()];
  const cols = new Float64Array(q.length);
  const rows = new Float64Array(b.length);
  for (let round = 0; round < ROUNDS; round++) {
    largestEntries(P, p, A, a, cols, rows);
    shareInCones(rows, cones);
    const change = Math.max(toFactors(cols), toFactors(rows));
    if (change === 1) break;
    scale(P, p, cols, cols);
    scale(A, a, rows, cols);
    for (let j = 0; j < D.length; j++) D[j] *= cols[j];
    for (let i = 0; i < E.length; i++) E[i] *= rows[i];
  }
  const unit = unitOf(largestQuadratic(P, p), largestOf(q, D), largestOf(b, E));
  for (let j = 0; j < D.length; j++) D[j] *= unit;
  for (let i = 0; i < E.length; i++) E[i] /= unit;
  for (let k = 0; k < p.length; k++) p[k] *= unit * unit;
  const c = costFactor(P, p, q, D);
  return {
    P: { ...P, value: p.map((x) => c * x) },
    q: q.map((x, j) => c * D[j] * x),
    A: { ...A, value: a },
    b: b.map((x, i) => E[i] * x),
    ...{ D, E, c },
  };
}

/** Largest |entry| of each column of [P; A] and each row of A. */
function largestEntries(
  P: SparseMatrix,
  p: Float64Array,
  A: SparseMatrix,
  a: Float64Array,
  cols: Float64Array,
  rows: Float64Array,
): void {
  cols.fill(0);
  rows.fill(0);
  for (let j = 0; j < cols.length; j++) {
    for (let k = P.start[j]; k < P.start[j + 1]; k++) {
      const x = Math.abs(p[k]);
      cols[j] = Math.max(cols[j], x);
      cols[P.index[k]] = Math.max(cols[P.index[k]], x);
    }
    for (let k = A.start[j]; k < A.start[j + 1]; k++) {
      const x = Math.abs(a[k]);
      cols[j] = Math.max(cols[j], x);
      rows[A.index[k]] = Math.max(rows[A.index[k]], x);
    }
  }
}

function shareInCones(rows: Float64Array, cones: readonly Cone[]): void {
  let at = 0;
  for (const { size, separable } of cones) {
    const part = rows.subarray(at, at + size);
    if (!separable) part.fill(part.reduce((most, x) => Math.max(most, x), 0));
    at += size;
  }
}

/** x := the power of two nearest to x^-1/2, 1 for 0; returns the largest factor by which a row changes, either way. */
function toFactors(x: Float64Array): number {
  let change = 1;
  for (let k = 0; k < x.length; k++) {
    x[k] = x[k] === 0 ? 1 : 2 ** Math.round(-Math.log2(x[k]) / 2);
    change = Math.max(change, x[k], 1 / x[k]);
  }
  return change;
}

function scale(M: SparseMatrix, value: Float64Array, rows: Float64Array, cols: Float64Array): void {
  for (let j = 0; j < M.cols; j++) {
    for (let k = M.start[j]; k < M.start[j + 1]; k++) value[k] *= rows[M.index[k]] * cols[j];
  }
}

/**
 * The unit of x and s, which nothing in P and A tells, a power of two. Solutions are about |q| / |P|, where the
 * objective is least, or |b|, how far constraints are; the one that is nearer to 1 is brought to between 1 and `USUAL`.
 * 1 where they disagree, and without P. So programs whose data are all of 1e6, or 1e-6, are solved as those of 1 are.
 */
function unitOf(quadratic: number, linear: number, bound: number): number {
  if (quadratic === 0) return 1;
  const powers = [linear / quadratic, bound].filter((size) => size > 0).map((size) =>
    Math.round(Math.log2(size > 1 ? Math.max(1, size / USUAL) : size))
  );
  if (powers.length === 0 || powers.some((power) => power * powers[0] <= 0)) return 1;
  return 2 ** powers.reduce((least, power) => (Math.abs(power) < Math.abs(least) ? power : least));
}

function largestQuadratic(P: SparseMatrix, p: Float64Array): number {
  return P.index.reduce((most, _, k) => Math.max(most, Math.abs(p[k])), 0);
}

function largestOf(x: Float64Array, scale: Float64Array): number {
  return x.reduce((most, value, j) => Math.max(most, Math.abs(scale[j] * value)), 0);
}

/** Makes the larger of the mean column of P and of q about 1. */
function costFactor(P: SparseMatrix, p: Float64Array, q: Float64Array, D: Float64Array): number {
  const cols = new Float64Array(q.length);
  for (let j = 0; j < cols.length; j++) {
    for (let k = P.start[j]; k < P.start[j + 1]; k++) {
      cols[j] = Math.max(cols[j], Math.abs(p[k]));
      cols[P.index[k]] = Math.max(cols[P.index[k]], Math.abs(p[k]));
    }
  }
  const mean = cols.reduce((sum, x) => sum + x, 0) / cols.length;
  const size = q.reduce((most, x, j) => Math.max(most, Math.abs(D[j] * x)), mean);
  return size > 0 ? 2 ** Math.round(-Math.log2(size)) : 1;
}
