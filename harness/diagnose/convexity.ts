import { mean, standardDeviation } from '../statistics/index.js';
import { type Probe, spreadOut } from './probe.js';

/** How many segments between two outputs have the value in their middle above their chord, which a convex loss has not. */
export interface Convexity {
  readonly segments: number;
  readonly above: number;
}

/** Rounding allowed, as a share of the values that are compared. */
const ROUNDING = 1e-9;
/** Noises that a segment of a loss with noise is looked at with, and standard errors by which their mean must exceed 0. */
const NOISES = 16;
const STANDARD_ERRORS = 6;

/**
 * Segments from each sample of the probe to another, both `spread` times as far out as they are sampled:
 *
 *     l((a + b) / 2) > (l(a) + l(b)) / 2
 *
 * by more than rounding, of a loss with noise the mean over noises by more than these explain.
 */
export function convexityAt(probe: Probe, spread: number): Convexity {
  const [a, b] = [spreadOut(probe.y, spread), spreadOut(probe.other, spread)];
  const middle = { ...a, data: a.data.map((x, k) => (x + b.data[k]) / 2) };
  const noises = probe.loss.capabilities.deterministic ? 1 : NOISES;
  const draws = Array.from({ length: noises }, (_, noise) => {
    const [low, high, half] = [a, b, middle].map((Y) => probe.evaluate(Y, noise).value);
    return half.map((value, i) => excess(value, low[i], high[i]));
  });
  const above = Array.from({ length: a.rows }, (_, i) => isAbove(draws.map((draw) => draw[i])));
  return { segments: a.rows, above: above.filter(Boolean).length };
}

/** How far the middle is above the chord beyond rounding, negative below. */
function excess(middle: number, low: number, high: number): number {
  return middle - (low + high) / 2 - ROUNDING * (Math.abs(low) + Math.abs(high));
}

function isAbove(excesses: readonly number[]): boolean {
  const error = (standardDeviation(excesses) ?? 0) / Math.sqrt(excesses.length);
  return mean(excesses) > STANDARD_ERRORS * error;
}
