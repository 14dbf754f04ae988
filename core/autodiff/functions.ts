import type { Operand } from './operand.js';
import { type Pointwise, pointwise } from './pointwise.js';
import type { Var } from './recording.js';

const unary = (entry: Pointwise): (x: Operand) => Var => {
  const operation = pointwise(entry);
  return (x) => operation(x);
};

export const exp = unary({ name: 'exp', f: (x) => Math.exp(x), slope: (_x, y) => y, bend: (_x, y) => y });

export const log = unary({ name: 'log', f: (x) => Math.log(x), slope: (x) => 1 / x, bend: (x) => -1 / (x * x) });

/** log(1 + x), accurate near 0. */
export const log1p = unary({
  name: 'log1p',
  f: (x) => Math.log1p(x),
  slope: (x) => 1 / (1 + x),
  bend: (x) => -1 / (1 + x) ** 2,
});

/** Not differentiable at 0: there the gradient is infinite, an error when it leaves the loss. */
export const sqrt = unary({
  name: 'sqrt',
  f: (x) => Math.sqrt(x),
  slope: (_x, y) => 0.5 / y,
  bend: (x, y) => -0.25 / (x * y),
});

/** |x|, with slope 0 at 0. */
export const abs = unary({ name: 'abs', f: (x) => Math.abs(x), slope: (x) => Math.sign(x) });

/** max(x, 0), with slope 0 at 0. */
export const relu = unary({ name: 'relu', f: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) });

export const square = unary({ name: 'square', f: (x) => x * x, slope: (x) => 2 * x, bend: () => 2 });

const powerOf = pointwise({
  name: 'power',
  f: (x, p) => x ** p,
  slope: (x, _y, p) => (p === 0 ? 0 : p * x ** (p - 1)),
  bend: (x, _y, p) => (p === 0 || p === 1 ? 0 : p * (p - 1) * x ** (p - 2)),
});

/** x^p, for a constant p. */
export function power(x: Operand, p: number): Var {
  return powerOf(x, p);
}

/** Derivatives to full relative accuracy where it saturates, as for the two that follow. */
export const tanh = unary({
  name: 'tanh',
  f: (x) => Math.tanh(x),
  slope: (x) => 4 * logisticSlope(2 * x),
  bend: (x, y) => -8 * y * logisticSlope(2 * x),
});

/** 1 / (1 + exp(-x)) */
export const logistic = unary({ name: 'logistic', f: logisticOf, slope: logisticSlope, bend: logisticBend });

/** log(1 + exp(x)) */
export const softplus = unary({
  name: 'softplus',
  f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  slope: logisticOf,
  bend: logisticSlope,
});

function logisticOf(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logisticSlope(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return e / (1 + e) ** 2;
}

function logisticBend(x: number): number {
  return -logisticSlope(x) * Math.tanh(x / 2);
}
