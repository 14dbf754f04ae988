import { dot, vectorsOf } from '../../linear-algebra/vectors.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import type { ProgramData } from './cone-program.js';
import type { QuadraticFactors } from './quadratic-factors.js';

/**
 * A row whose slack and multiplier both are below this, relative to the terms of the row, is left to the interior-point
 * method: a kink.
 */
export const MARGIN = 1e-9;

/** Of the whole solution: what rounding may do to any row. */
const ROUNDING = 1e-13;

/** In the units of the factors, where no inequality binds. */
export interface Unconstrained {
  readonly x: Float64Array;
  /** The length of L^T x. */
  readonly size: number;
  /** (m) */
  readonly slacks: Float64Array;
  /** (m), how near to 0 a slack or multiplier says nothing. */
  readonly margin: Float64Array;
}

/** The solution with equalities of weight rho in the objective, in place of constraints. */
export function withoutInequalities(
  { q, b }: Pick<ProgramData, 'q' | 'b'>,
  { n, A, L, D, d, rho }: QuadraticFactors,
): Unconstrained {
  const [x, slacks, margin] = vectorsOf(n, b.length, b.length);
  for (let i = 0; i < slacks.length; i++) slacks[i] = b[i] * d[i];
  for (let j = 0; j < n; j++) x[j] = -q[j] * D[j];
  for (let i = 0; i < slacks.length; i++) if (rho[i] > 0) addRow(A, i * n, rho[i] * slacks[i], x);
  L.forward(x);
  const size = Math.sqrt(dot(x, x));
  L.backward(x);
  for (let i = 0; i < slacks.length; i++) {
    margin[i] = MARGIN * (Math.abs(slacks[i]) + rowSize(A, i * n, x)) + ROUNDING * size;
    slacks[i] -= rowTimes(A, i * n, x);
  }
  return { x, size, slacks, margin };
}

/** The sum of |terms| of the inner product of x with the entries of A from `from`. */
function rowSize(A: Float64Array, from: number, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += Math.abs(A[from + j] * x[j]);
  return sum;
}

/** The least distance of an inequality from where it would begin or cease to bind, in margins; not above 0 beyond. */
export function clearance(
  s: Float64Array,
  z: Float64Array,
  d: Float64Array,
  margin: Float64Array,
  equal: Uint8Array,
): number {
  let least = Infinity;
  for (let i = 0; i < s.length; i++) {
    if (equal[i]) continue;
    const distance = d[i] > 0 ? s[i] * d[i] + z[i] / d[i] : s[i];
    if (!(distance > margin[i])) return 0;
    if (d[i] > 0) least = Math.min(least, distance / margin[i]);
  }
  return least;
}
