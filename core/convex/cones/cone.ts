/**
 * One cone K of a product, with what an interior-point method asks of it. All vectors are the cone's own part, `size`
 * long. Each cone has a barrier f* on the interior of its dual, of degree nu: f*(t z) = f*(z) - nu log t; points of the
 * central path are s = -mu grad f*(z).
 */
export interface Cone {
  readonly size: number;
  /** nu; 0 for the zero cone. */
  readonly degree: number;
  /** Self-dual and homogeneous: a scaling point takes z to s exactly. */
  readonly symmetric: boolean;
  /** A product of half-lines: rows may be scaled each by itself. */
  readonly separable: boolean;
  /** Sets s and z to a pair with s = -grad f*(z). */
  centre(s: Float64Array, z: Float64Array): void;
  /** The largest t with x - t e in the cone, e being the s of `centre`; of symmetric cones only. */
  margin(x: Float64Array): number;
  /** Adds t e to x. */
  shift(x: Float64Array, t: number): void;
  /** Fixes the scaling H = V V^T of (s, z), with H z = s; false where a point is not inside. */
  scale(s: Float64Array, z: Float64Array, mu: number): boolean;
  /**
   * Sets s and z to the pair with s - z = v and s = -mu grad f*(z), which for mu to 0 are the projections of v on the
   * cone and of -v on its dual, and H to mu hess f*(z): along that pair ds = -H dz. `z` holds a guess.
   */
  project(v: Float64Array, mu: number, s: Float64Array, z: Float64Array): boolean;
  /** out := V^-1 s = V^T z at the latest `project`, of length sqrt(nu mu), to all digits. */
  scaledPoint(out: Float64Array): void;
  /** out := V v */
  times(v: Float64Array, out: Float64Array): void;
  /** out := V^-1 v */
  divide(v: Float64Array, out: Float64Array): void;
  /** out := V^-T v */
  divideTransposed(v: Float64Array, out: Float64Array): void;
  /**
   * out := V^-1 mu D^3 f*(z)[V^-T u, V^-T v], at the z and mu of the latest `project`; in symmetric cones -2 / sqrt(mu)
   * times u o v.
   */
  curve(u: Float64Array, v: Float64Array, out: Float64Array): void;
  /** d := s + sigmaMu grad f*(z) + the second-order term of the affine step (Mehrotra); that step is `ds`, `dz`. */
  combine(s: Float64Array, z: Float64Array, ds: Float64Array, dz: Float64Array, sigmaMu: number, d: Float64Array): void;
  /**
   * The largest step up to `limit` that keeps s + a ds and z + a dz in their cones (strictly inside for cones without a
   * closed form), for the (s, z) of the latest `scale`.
   */
  step(s: Float64Array, ds: Float64Array, z: Float64Array, dz: Float64Array, limit: number): number;
  /**
   * f(s) + f*(z) + nu, f the conjugate barrier; infinite where a point is not inside. At least -nu log(<s, z> / nu),
   * equal on the central path.
   */
  barrier(s: Float64Array, z: Float64Array): number;
}

/** What a cone is; `size` counts its rows. */
export type ConeKind =
  | { readonly kind: 'zero' | 'nonnegative' | 'second-order'; readonly size: number }
  /**
   * Symmetric matrices of `order` rows as `order (order + 1) / 2` entries, the upper triangle by columns, off the
   * diagonal times sqrt 2.
   */
  | { readonly kind: 'semidefinite'; readonly order: number }
  /** The closure of { (x, y, z): y > 0, y exp(x / y) <= z }. */
  | { readonly kind: 'exponential' }
  /** { (x, y, z): x^alpha y^(1 - alpha) >= |z|, x, y >= 0 } */
  | { readonly kind: 'power'; readonly alpha: number };

export function sizeOf(cone: ConeKind): number {
  if (cone.kind === 'semidefinite') return (cone.order * (cone.order + 1)) / 2;
  return cone.kind === 'exponential' || cone.kind === 'power' ? 3 : cone.size;
}
