/**
 * What is known of a function by the rules of disciplined convex programming (Grant, Boyd and Ye, 2006). `constant`
 * functions are affine too, and affine ones both convex and concave.
 */
export type Curvature = 'constant' | 'affine' | 'convex' | 'concave' | 'unknown';

/** How a function moves with one of its arguments. */
export type Monotonicity = 'increasing' | 'decreasing' | 'neither';

export interface Sign {
  /** Nowhere below zero. */
  readonly nonneg: boolean;
  /** Nowhere above zero. */
  readonly nonpos: boolean;
}

export function isAffine(curvature: Curvature): boolean {
  return curvature === 'constant' || curvature === 'affine';
}

export function isConvex(curvature: Curvature): boolean {
  return curvature === 'convex' || isAffine(curvature);
}

export function isConcave(curvature: Curvature): boolean {
  return curvature === 'concave' || isAffine(curvature);
}

/**
 * Whether a function that is convex (concave) and moves so with an argument of this curvature stays convex (concave).
 */
export function keeps(own: 'convex' | 'concave', moves: Monotonicity, argument: Curvature): boolean {
  if (isAffine(argument)) return true;
  if (moves === 'neither') return false;
  return argument === ((own === 'convex') === (moves === 'increasing') ? 'convex' : 'concave');
}

/** The curvature of f(arguments), f itself being convex, concave or affine. */
export function compose(
  own: 'affine' | 'convex' | 'concave' | 'unknown',
  moves: readonly Monotonicity[],
  args: readonly Curvature[],
): Curvature {
  if (args.every((argument) => argument === 'constant')) return 'constant';
  if (own === 'unknown') return 'unknown';
  const convex = own !== 'concave' && args.every((argument, k) => keeps('convex', moves[k], argument));
  const concave = own !== 'convex' && args.every((argument, k) => keeps('concave', moves[k], argument));
  if (convex && concave) return 'affine';
  return convex ? 'convex' : concave ? 'concave' : 'unknown';
}

/** How a product moves with one factor where the other has this sign. */
export function movesWith({ nonneg, nonpos }: Sign): Monotonicity {
  return nonneg ? 'increasing' : nonpos ? 'decreasing' : 'neither';
}

/** The sign of a sum of products, each of a factor of sign `a` with one of sign `b`. */
export function signOfProduct(a: Sign, b: Sign): Sign {
  return {
    nonneg: (a.nonneg && b.nonneg) || (a.nonpos && b.nonpos),
    nonpos: (a.nonneg && b.nonpos) || (a.nonpos && b.nonneg),
  };
}

export function signOfValues(values: Float64Array): Sign {
  return { nonneg: values.every((value) => value >= 0), nonpos: values.every((value) => value <= 0) };
}
