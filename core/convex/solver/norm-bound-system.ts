import { dot, vectorsOf } from '../../linear-algebra/vectors.js';
import { addRow, rowTimes } from '../linear-algebra/rows.js';
import type { BindingSystem } from './binding-system.js';
import type { LinearSystem } from './linearisation.js';
import type { NormBound, NormBoundParts } from './norm-bound.js';

/** A solution with |F w - f| = r. */
export interface AtNorm {
  readonly r: number;
  /** r over the multiplier of the norm. */
  readonly tau: number;
  /** (size - 1), (F w - f) / r, of length 1. */
  readonly v: Float64Array;
  /** The equations of `BindingSystem` with (p, 0) as their right side, p = F^T v the gradient of the norm. */
  readonly alongNorm: {
    readonly w: Float64Array;
    readonly z: Float64Array;
    /** F w */
    readonly e: Float64Array;
  };
}

/**
 * The optimality conditions of a program with a norm bound that binds, linearised. Points of the cone's rows stay on
 * its border, s = (r, -r v), z = r / tau (1, v), so that for the rows g of the cone
 *
 *     F^T F dw + A_W^T (tau dz_W) + xi p = tau f + F^T g_1,    A_W dw = g_W,    p^T dw = g_0 + v^T g_1,
 *     tau dz = (xi + g_0) (1, v) + (0, (I - v v^T)(F dw - g_1)),
 *
 * and the height changes as its bound does. By `BindingSystem`, and xi from the third equation.
 */
export class NormBoundSystem implements LinearSystem {
  constructor(
    private readonly where: NormBound,
    private readonly parts: NormBoundParts,
    private readonly rows: Pick<BindingSystem, 'solve'>,
    private readonly at: AtNorm,
  ) {}

  /** y of the cone's rows is (xi, (I - v v^T)(F dw - g_1) / tau). */
  solve = (f: Float64Array, g: Float64Array, x: Float64Array, z: Float64Array, y: Float64Array): number => {
    const { where: { cols, rows, from, size, height }, parts: { F, ofHeight, bound } } = this;
    const { v, tau, alongNorm } = this.at;
    const n = cols.length;
    const [dw, right, dz, onRows, ofCone] = vectorsOf(n, n, rows.length, rows.length, size);
    const dHeight = height ? g[height.row] / bound : 0;
    for (let i = 0; i < size; i++) ofCone[i] = g[from + i] - ofHeight[i] * dHeight;
    const across = ofCone.subarray(1);
    for (let j = 0; j < n; j++) right[j] = tau * f[cols[j]];
    for (let i = 0; i < v.length; i++) addRow(F, i * n, across[i], right);
    for (let i = 0; i < rows.length; i++) onRows[i] = g[rows[i]];
    const residual = this.rows.solve(right, onRows, dw, dz);
    for (let i = 0; i < v.length; i++) across[i] = rowTimes(F, i * n, dw) - across[i];
    const xi = (dot(v, across) - ofCone[0]) / dot(v, alongNorm.e);
    for (let i = 0; i < v.length; i++) across[i] -= xi * alongNorm.e[i];
    for (let j = 0; j < n; j++) x[cols[j]] = dw[j] - xi * alongNorm.w[j];
    for (let i = 0; i < rows.length; i++) z[rows[i]] = (dz[i] - xi * alongNorm.z[i]) / tau;
    const along = dot(v, across);
    [y[from], z[from]] = [xi, (xi + ofCone[0]) / tau];
    for (let i = 0; i < v.length; i++) {
      y[from + 1 + i] = (across[i] - along * v[i]) / tau;
      z[from + 1 + i] = z[from] * v[i] + y[from + 1 + i];
    }
    if (height) {
      x[height.col] = dHeight;
      z[height.row] = (f[height.col] - dot(ofHeight, z.subarray(from, from + size))) / bound;
    }
    return residual;
  };

  /**
   * The border of the cone curves by -tau / r (d_a^T d_b, xi_a d_b + xi_b d_a) along y = (xi, d) of either direction.
   */
  curve = (a: Float64Array, b: Float64Array, out: Float64Array): void => {
    const { where: { from, size }, at: { tau, r } } = this;
    const scale = -tau / r;
    out.fill(0);
    for (let i = from + 1; i < from + size; i++) {
      out[from] += scale * a[i] * b[i];
      out[i] = scale * (a[from] * b[i] + b[from] * a[i]);
    }
  };
}
