import { exponentOf, timesPowerOfTwo } from '../linear-algebra/powers-of-two.js';

const BITS = 52;
/** Two digits and a carry add up without rounding. */
export const BASE = 2 ** BITS;
/** Of the significand of a double. */
const PRECISION = 53;

/** Positive numbers as whole multiples of one power of two, in digits of base 2^52. */
export interface ExactDigits {
  /** Digits a number. */
  readonly width: number;
  /** (n, width): those of number j at j * width, least significant first; 0 of numbers that are not positive. */
  readonly digits: Float64Array;
}

/**
 * The positive ones of finite numbers, exactly, in as few digits as hold the sum of all: one digit where sums of the
 * numbers are exact in doubles, as of n float32 numbers of like size; 41 at most.
 */
export function exactDigits(values: Float64Array): ExactDigits {
  const n = values.length;
  let [lowest, highest] = [Infinity, -Infinity];
  for (let j = 0; j < n; j++) {
    if (!(values[j] > 0)) continue;
    const exponent = exponentOf(values[j]);
    highest = Math.max(highest, exponent);
    lowest = Math.min(lowest, exponent - PRECISION + 1 + trailingZeros(significandOf(values[j], exponent)));
  }
  const bits = highest - lowest + 1 + Math.ceil(Math.log2(n));
  const width = bits <= PRECISION ? 1 : Math.ceil(bits / BITS);
  const digits = new Float64Array(n * width);
  for (let j = 0; j < n; j++) {
    if (!(values[j] > 0)) continue;
    if (width === 1) digits[j] = timesPowerOfTwo(values[j], -lowest);
    else writeDigits(values[j], lowest, digits, j * width);
  }
  return { width, digits };
}

/** The significand, a whole number below 2^53: value = significand 2^(exponent - 52). */
function significandOf(value: number, exponent: number): number {
  return timesPowerOfTwo(value, PRECISION - 1 - exponent);
}

function trailingZeros(significand: number): number {
  const low = significand % 2 ** 32;
  const [part, below] = low === 0 ? [significand / 2 ** 32, 32] : [low, 0];
  return below + 31 - Math.clz32(part & -part);
}

/** The significand reaches into two digits: that in which it begins, and the next. */
function writeDigits(value: number, lowest: number, digits: Float64Array, at: number): void {
  const exponent = exponentOf(value);
  const shift = exponent - PRECISION + 1 - lowest; // negative where zeros end the significand
  const significand = significandOf(value, exponent) * (shift < 0 ? 2 ** shift : 1);
  const position = Math.max(0, shift);
  const digit = at + Math.floor(position / BITS);
  const offset = position % BITS;
  const room = 2 ** (BITS - offset);
  digits[digit] = (significand % room) * 2 ** offset;
  const rest = Math.floor(significand / room);
  if (rest > 0) digits[digit + 1] = rest;
}
