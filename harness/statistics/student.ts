import { normalCdf } from '../../core/random/normal.js';

/**
 * Student's t distribution function for a whole number of degrees of freedom: with theta = atan(t / sqrt(nu)), P(|T| <=
 * |t|) is
 *
 *     2 / pi (theta + sin theta (cos theta + 2/3 cos^3 theta + ... up to cos^(nu - 2)))       nu odd
 *     sin theta (1 + 1/2 cos^2 theta + 1 3 / (2 4) cos^4 theta + ... up to cos^(nu - 2))      nu even
 *
 * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4). O(nu); all terms are positive, so
 * nothing cancels.
 */
export function studentCdf(t: number, degrees: number): number {
  return (1 + Math.sign(t) * centralProbability(Math.atan(Math.abs(t) / Math.sqrt(degrees)), degrees)) / 2;
}

/** Inverse of `studentCdf` in its first argument, for p in (0, 1), by bisection on theta. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1) || !Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(
      `studentQuantile: expected p in (0, 1) and a whole number of degrees of freedom, got ${p} and ${degrees}`,
    );
  }
  const central = Math.abs(2 * p - 1);
  let low = 0;
  let high = Math.PI / 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (centralProbability(middle, degrees) < central) low = middle;
    else high = middle;
  }
  return Math.sign(p - 0.5) * Math.sqrt(degrees) * Math.tan(low);
}

/** P(|T| >= |t|), what a two-sided test makes of t. */
export function studentP(t: number, degrees: number): number {
  return 1 - centralProbability(Math.atan(Math.abs(t) / Math.sqrt(degrees)), degrees);
}

/** Beyond these logarithms a density counts as 0; as many steps of a quadrature to the right of its mode. */
const [NEGLIGIBLE, STEPS] = [40, 50];

/**
 * P(T > t) for t > 0 of the noncentral T = (Z + delta) / S, Z standard normal and S^2 chi-square over its nu degrees:
 *
 *     integral of Phi(delta - t e^u) f(u) du,    f(u) proportional to exp(nu (u - e^(2u) / 2)) that of u = log S,
 *
 * by the trapezoidal rule, whose error falls exponentially with the number of points where a function is analytic and
 * vanishes at both ends. The same sum of f alone normalises. About 1e-13; steps are as short as Phi is steep.
 */
export function noncentralStudentTail(t: number, degrees: number, delta: number): number {
  if (delta > 9 * (1 + t)) return 1; // S > 9 and Z < -9 are as good as impossible
  const right = Math.sqrt(NEGLIGIBLE / degrees);
  const left = right + NEGLIGIBLE / degrees;
  const step = Math.min(right / STEPS, 0.5 / (1 + Math.abs(delta)));
  let [tail, whole] = [0, 0];
  for (let u = -left; u <= right; u += step) {
    const density = Math.exp(degrees * (u - Math.expm1(2 * u) / 2));
    tail += density * normalCdf(delta - t * Math.exp(u));
    whole += density;
  }
  return tail / whole;
}

function centralProbability(theta: number, degrees: number): number {
  const odd = degrees % 2 === 1;
  const cosine = Math.cos(theta);
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
