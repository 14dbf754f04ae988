import { normalQuantile } from '../../random/normal.js';

/**
 * A distribution on the line with density p = exp(-nu), in its standard form; noise has independent coordinates of it.
 */
export interface Distribution {
  /** p(-z) = p(z): quantile(1 - u) = -quantile(u) to the last bit, where 1 - u is exact. */
  readonly symmetric: boolean;
  /** z with P(Z <= z) = u, for u in (0, 1). */
  quantile(u: number): number;
  /** nu'(z) = -p'(z) / p(z), of mean 0. */
  score(z: number): number;
  /**
   * nu''(z). Absent where p' jumps: then nu'(z)^2 - nu''(z) lacks the point masses of p''(z) / p(z), and does not have
   * mean 0.
   */
  scoreSlope?(z: number): number;
}

export const distributionNames = ['gaussian', 'gumbel', 'logistic', 'cauchy', 'laplace', 'triangular'] as const;
export type DistributionName = (typeof distributionNames)[number];

/** Of the standard Gumbel distribution, Euler's constant. */
const GUMBEL_MEAN = 0.5772156649015329;

/** The one whose score is z itself. */
export const gaussian: Distribution = {
  symmetric: true,
  quantile: normalQuantile,
  score: (z) => z,
  scoreSlope: () => 1,
};

/**
 *     gaussian     p = exp(-z^2 / 2) / sqrt(2 pi)          nu' = z                      nu'' = 1
 *     gumbel       p = exp(-x - exp(-x)), x = z + 0.577    nu' = 1 - exp(-x)            nu'' = exp(-x)       shifted to mean 0
 *     logistic     p = 1 / (4 cosh^2(z / 2))               nu' = tanh(z / 2)            nu'' = 1 / (2 cosh^2(z / 2))
 *     cauchy       p = 1 / (pi (1 + z^2))                  nu' = 2 z / (1 + z^2)        nu'' = 2 (1 - z^2) / (1 + z^2)^2      no mean
 *     laplace      p = exp(-|z|) / 2                       nu' = sign z                 -
 *     triangular   p = 1 - |z| on [-1, 1]                  nu' = sign z / (1 - |z|)     -                    nu' has no variance
 */
export const distributions: Readonly<Record<DistributionName, Distribution>> = {
  gaussian,
  gumbel: {
    symmetric: false,
    quantile: (u) => -Math.log(-Math.log(u)) - GUMBEL_MEAN,
    score: (z) => -Math.expm1(-z - GUMBEL_MEAN),
    scoreSlope: (z) => Math.exp(-z - GUMBEL_MEAN),
  },
  logistic: {
    symmetric: true,
    quantile: (u) => (u < 0.5 ? Math.log(u / (1 - u)) : -Math.log((1 - u) / u)),
    score: (z) => Math.tanh(z / 2),
    scoreSlope: (z) => 0.5 / Math.cosh(z / 2) ** 2,
  },
  cauchy: {
    symmetric: true,
    quantile: (u) => (u < 0.5 ? -1 / Math.tan(Math.PI * u) : 1 / Math.tan(Math.PI * (1 - u))),
    score: (z) => (2 * z) / (1 + z * z),
    scoreSlope: (z) => (2 * (1 - z * z)) / (1 + z * z) ** 2,
  },
  laplace: {
    symmetric: true,
    quantile: (u) => (u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u))),
    score: Math.sign,
  },
  triangular: {
    symmetric: true,
    quantile: (u) => (u < 0.5 ? Math.sqrt(2 * u) - 1 : 1 - Math.sqrt(2 * (1 - u))),
    score: (z) => Math.sign(z) / (1 - Math.abs(z)),
  },
};
