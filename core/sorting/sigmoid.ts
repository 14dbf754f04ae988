/**
 * How sure a relaxed comparator is of its order: F(D) rises from 0 to 1 in the difference D of its two values, F(-D) =
 * 1 - F(D). One instance has its steepness fixed.
 */
export interface Sigmoid {
  F(D: number): number;
  /** F'(D), given F = F(D) and its complement, F(-D). */
  first(D: number, F: number, complement: number): number;
  /** F''(D), likewise. */
  second(D: number, F: number, complement: number): number;
  /** log F and its first two derivatives, into out[0..2], to full accuracy where F, F' or F'' underflows. */
  logarithm(D: number, out: Float64Array): void;
  /** Below this F is taken in logarithms. */
  readonly least: Bounds;
  /**
   * F(D) of a float32 D by the operations of the original implementation, each rounded to float32: tails lose what they
   * lose there.
   */
  float32(D: number): number;
}

/** log F(D) and its derivatives from F itself, where that is not small. */
export function logarithmOfF(sigmoid: Sigmoid, D: number, out: Float64Array): void {
  const F = sigmoid.F(D);
  const complement = sigmoid.F(-D);
  const hazard = sigmoid.first(D, F, complement) / F;
  out[0] = F > 0.5 ? Math.log1p(-complement) : Math.log(F);
  out[1] = hazard;
  out[2] = sigmoid.second(D, F, complement) / F - hazard * hazard;
}

const { fround } = Math;

/** For value and gradient, and for the Hessian. */
export interface Bounds {
  readonly gradient: number;
  readonly hessian: number;
}

/**
 * `least` of a sigmoid whose tails and their derivatives are of one order. A gradient takes 1 / X, times differences of at
 * most 1 and summed over the items, which stays clear of 1e308, and products down to X, which stay clear of 1e-308. In a
 * Hessian, terms as large as the square of the slopes cancel where X is smaller than 1e-140, and logarithms keep the digits.
 */
export const LEAST: Bounds = { gradient: 1e-280, hessian: 1e-140 };
/** `least` of one whose first derivative is of the order of its square, and the second of its cube. */
export const ALGEBRAIC_LEAST: Bounds = { gradient: 1e-145, hessian: 1e-100 };

/** F(D) = 1 / (1 + exp(-s D)), both tails to full relative accuracy. */
export function logisticSigmoid(s: number): Sigmoid {
  return {
    F: (D) => 1 / (1 + Math.exp(-s * D)),
    first: (_D, F, complement) => s * F * complement,
    second: (_D, F, complement) => s * s * F * complement * (complement - F),
    logarithm(D, out) {
      const complement = 1 / (1 + Math.exp(s * D));
      out[0] = Math.min(s * D, 0) - Math.log1p(Math.exp(-Math.abs(s * D)));
      out[1] = s * complement;
      out[2] = (-s * s * complement) / (1 + Math.exp(-s * D));
    },
    least: LEAST,
    float32: (D) => fround(1 / fround(1 + fround(Math.exp(-fround(fround(s) * D))))),
  };
}
