/** Coefficients, constant term first, of the rational approximations of Algorithm AS 241 (PPND16). */
const CENTRE = [
  [
    3.3871328727963665,
    133.14166789178438,
    1971.5909503065513,
    13731.69376550946,
    45921.95393154987,
    67265.7709270087,
    33430.57558358813,
    2509.0809287301227,
  ],
  [
    1,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852854,
  ],
] as const;
const SHOULDER = [
  [
    1.4234371107496835,
    4.630337846156546,
    5.769497221460691,
    3.6478483247632045,
    1.2704582524523684,
    0.2417807251774506,
    0.022723844989269184,
    0.0007745450142783414,
  ],
  [
    1,
    2.053191626637759,
    1.6763848301838038,
    0.6897673349851,
    0.14810397642748008,
    0.015198666563616457,
    0.0005475938084995345,
    1.0507500716444169e-09,
  ],
] as const;
const TAIL = [
  [
    6.657904643501103,
    5.463784911164114,
    1.7848265399172913,
    0.29656057182850487,
    0.026532189526576124,
    0.0012426609473880784,
    2.7115555687434876e-05,
    2.0103343992922881e-07,
  ],
  [
    1,
    0.599832206555888,
    0.1369298809227358,
    0.014875361290850615,
    0.0007868691311456133,
    1.8463183175100548e-05,
    1.421511758316446e-07,
    2.0442631033899397e-15,
  ],
] as const;

/**
 * The standard normal quantile x with Phi(x) = p, for p in (0, 1); relative error about 1e-16.
 * Wichura, Algorithm AS 241, Applied Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * (r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5));
}

/**
 * Rational approximations of erf(x) / x in x^2, of exp(x^2) erfc(x) in x, and of its remainder in 1 / x^2; constant
 * term first.
 */
const ERF = [
  [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315],
  [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1.0],
] as const;
const ERFCX = [
  [
    1230.3393547979972,
    2051.0783778260716,
    1712.0476126340707,
    881.952221241769,
    298.6351381974001,
    66.11919063714163,
    8.883149794388377,
    0.5641884969886701,
    2.1531153547440383e-08,
  ],
  [
    1230.3393548037495,
    3439.3676741437216,
    4362.619090143247,
    3290.7992357334597,
    1621.3895745666903,
    537.1811018620099,
    117.6939508913125,
    15.744926110709835,
    1.0,
  ],
] as const;
const ERFCX_TAIL = [
  [
    0.0006587491615298378,
    0.016083785148742275,
    0.12578172611122926,
    0.36034489994980445,
    0.30532663496123236,
    0.016315387137302097,
  ],
  [0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1.0],
] as const;

/** The standard normal distribution function Phi(x), both tails to full relative accuracy. */
export function normalCdf(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  if (z < 0.46875) return 0.5 * (1 + Math.sign(x) * z * ratio(ERF, z * z));
  const tail = 0.5 * Math.exp(-0.5 * x * x) * scaledErfc(z);
  return x < 0 ? tail : 1 - tail;
}

/** log Phi(x), finite for every finite x. */
export function normalLogCdf(x: number): number {
  if (x > -1) return x < 1 ? Math.log(normalCdf(x)) : Math.log1p(-normalCdf(-x));
  return -0.5 * x * x + Math.log(0.5 * scaledErfc(-x * Math.SQRT1_2));
}

/**
 * log Phi(v) and its first two derivatives, h = phi(v) / Phi(v) and -h (v + h), to out[0..2]. In the left tail v + h,
 * the small difference of two large numbers, is Laplace's continued fraction in x = -v,
 *
 *     v + h = 1 / (x + 2 / (x + 3 / (x + ...)))
 *
 * all of whose terms are positive: nothing cancels or overflows however far out v is, and h (v + h) tends to 1.
 */
export function normalLogDerivatives(v: number, out: Float64Array): void {
  out[0] = normalLogCdf(v);
  const lead = v < -1 ? laplaceFraction(-v) : v + normalDensity(v) / normalCdf(v);
  const hazard = v < -1 ? lead - v : normalDensity(v) / normalCdf(v);
  out[1] = hazard;
  out[2] = -hazard * lead;
}

/** 1 / (x + 2 / (x + 3 / (x + ...))) for x > 1. N terms leave about exp(-1.7 x sqrt(N)), less than 1e-18. */
function laplaceFraction(x: number): number {
  let fraction = 0;
  for (let k = 20 + Math.ceil(600 / (x * x)); k >= 1; k--) fraction = k / (x + fraction);
  return fraction;
}

export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * exp(z^2) erfc(z) for z >= 0.46875. Cody, Rational Chebyshev Approximations for the Error Function, Math. Comp. 23
 * (1969).
 */
function scaledErfc(z: number): number {
  if (z <= 4) return ratio(ERFCX, z);
  const u = 1 / (z * z);
  return (1 / Math.sqrt(Math.PI) - u * ratio(ERFCX_TAIL, u)) / z;
}

function ratio([numerator, denominator]: readonly [readonly number[], readonly number[]], x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}
