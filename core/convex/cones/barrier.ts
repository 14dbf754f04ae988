/**
 * A barrier f* of three variables of degree 3 on the interior of a dual cone, f*(z) = -log psi(z) - sum_i c_i log
 * |z_i|.
 */
export interface Barrier {
  /** Strictly inside the cone; strictly inside its dual. */
  inside(s: Float64Array): boolean;
  insideDual(z: Float64Array): boolean;
  /** c */
  readonly logs: readonly [number, number, number];
  /** psi(z), its gradient (3) and Hessian (3, 3). */
  psi(z: Float64Array, gradient: Float64Array, hessian: Float64Array): number;
  /** psi(z + d) - psi(z), to the digits of d; NaN where z + d is not in the domain of the logarithms. */
  change(z: Float64Array, d: Float64Array): number;
  /**
   * R (5, 4) := the squares of which the Hessian is the sum, hess f*(z) = R^T R for its first three columns, and R z in
   * the last, all without cancellation, for a psi(z) that may be known better than z says. Entries that are always 0
   * are not set.
   */
  squares(z: Float64Array, psi: number, R: Float64Array): void;
  /** The third derivative of psi along u and v: (3). */
  third(z: Float64Array, u: Float64Array, v: Float64Array, out: Float64Array): void;
  /** z with -grad f*(z) = s. */
  conjugatePoint(s: Float64Array, z: Float64Array): void;
  /** s with -grad f*(s) = s. */
  readonly centre: readonly [number, number, number];
}
