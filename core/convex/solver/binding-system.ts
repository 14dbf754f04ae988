import { dot, largest } from '../../linear-algebra/vectors.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import type { ActiveSet } from './active-set.js';
import type { LinearSystem } from './linearisation.js';
import type { QuadraticFactors } from './quadratic-factors.js';

const REFINEMENTS = 4;
const EXACT = 4 * Number.EPSILON;

/**
 * The optimality conditions of a quadratic program with the rows W that bind,
 *
 *     P x + A_W^T z_W = f,    A_W x = g_W,    z = 0 elsewhere,
 *
 * by two solves with L L^T and one with S_W, refined.
 */
export class BindingSystem implements Pick<LinearSystem, 'solve'> {
  private readonly f: Float64Array;
  private readonly g: Float64Array;
  private readonly x: Float64Array;
  private readonly z: Float64Array;
  private readonly dx: Float64Array;
  private readonly dz: Float64Array;
  private readonly atX: Float64Array;

  constructor(
    private readonly factors: QuadraticFactors,
    private readonly active: ActiveSet,
  ) {
    const [{ onColumns, onRows }, size] = [factors.scratch, active.rows.length];
    [this.f, this.x, this.dx, this.atX] = onColumns;
    [this.g, this.z, this.dz] = onRows.map((row) => row.subarray(0, size));
  }

  /** Returns the largest residual, relative, in the units of the factors. */
  solve = (f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array): number => {
    const { factors: { D, d }, active: { rows } } = this;
    for (let j = 0; j < f.length; j++) this.f[j] = f[j] * D[j];
    for (let k = 0; k < rows.length; k++) this.g[k] = g[rows[k]] * d[rows[k]];
    const residual = this.refined();
    for (let j = 0; j < x.length; j++) x[j] = this.x[j] * D[j];
    z.fill(0);
    for (let k = 0; k < rows.length; k++) z[rows[k]] = this.z[k] * d[rows[k]];
    return residual;
  };

  private refined(): number {
    const { x, z, dx, dz, f, g } = this;
    x.fill(0);
    z.fill(0);
    dx.set(f);
    dz.set(g);
    let error = Infinity;
    let reach = 0;
    for (let k = 0; k <= REFINEMENTS; k++) {
      reach = Math.max(reach, this.correct());
      for (let j = 0; j < x.length; j++) x[j] += dx[j];
      for (let i = 0; i < z.length; i++) z[i] += dz[i];
      const before = error;
      error = this.residual(reach);
      if (error <= EXACT || !(error < 0.5 * before)) break;
    }
    return error;
  }

  /**
   * (dx, dz) := the solution for the right side (dx, dz), up to rounding. Returns the length of what dx would be
   * without rows that bind.
   */
  private correct(): number {
    const { factors: { n, A, L, rho }, active: { rows, factor }, dx, dz, atX } = this;
    for (let k = 0; k < rows.length; k++) if (rho[rows[k]] > 0) addRow(A, rows[k] * n, rho[rows[k]] * dz[k], dx);
    L.forward(dx);
    const reach = Math.sqrt(dot(dx, dx));
    L.backward(dx);
    for (let k = 0; k < rows.length; k++) dz[k] = rowTimes(A, rows[k] * n, dx) - dz[k];
    factor.solve(dz);
    atX.fill(0);
    for (let k = 0; k < rows.length; k++) addRow(A, rows[k] * n, dz[k], atX);
    L.solve(atX);
    for (let j = 0; j < n; j++) dx[j] -= atX[j];
    return reach;
  }

  /** (dx, dz) := what (x, z) leaves of the right side; its largest entry, relative to the right side. */
  private residual(reach: number): number {
    const { factors: { n, P, A }, active: { rows }, f, g, x, z, dx, dz, atX } = this;
    atX.fill(0);
    for (let j = 0, p = 0; j < n; j++, p += n) if (x[j] !== 0) addRow(P, p, x[j], atX);
    for (let j = 0; j < n; j++) dx[j] = f[j] - atX[j];
    for (let k = 0; k < rows.length; k++) {
      addRow(A, rows[k] * n, -z[k], dx);
      dz[k] = g[k] - rowTimes(A, rows[k] * n, x);
    }
    return Math.max(largest(dx), largest(dz)) / Math.max(largest(f), largest(g), reach, Number.MIN_VALUE);
  }
}
