import type { Batch } from '../../core/batch.js';
import { norm } from '../../core/linear-algebra/vectors.js';
import { mean } from '../statistics/index.js';
import { moved, type Probe, whereDefined } from './probe.js';

/** A step y - c d of a batch, with the same c for every sample. */
export interface Step {
  readonly c: number;
  /** (N): the values after it. */
  readonly values: Float64Array;
  /** Whether it is the longest that was tried. */
  readonly longest: boolean;
}

interface Trial extends Step {
  /** log10 of c in units of the outputs over the directions. */
  readonly exponent: number;
  /** What is made as low as can be. */
  readonly sum: number;
}

/** Exponents that are tried, twice a decade, and golden sections about the best of them. */
const EXPONENTS = Array.from({ length: 23 }, (_, k) => -4 + k / 2);
const LONGEST = EXPONENTS[EXPONENTS.length - 1];
const SECTIONS = 12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The step from Y along the rows of D (N, m) that makes the mean value lowest, by a search over orders of magnitude and
 * golden sections about the best of them, which give c to half a percent; c = 0 where no step makes it lower than
 * `start`, the values at Y.
 */
export function bestStep(probe: Probe, Y: Batch, start: Float64Array, D: Batch): Step {
  const none: Trial = { c: 0, values: start, longest: false, exponent: -Infinity, sum: sum(start) };
  const length = norm(D.data);
  if (length === 0) return none;
  const unit = (norm(Y.data) || 1) / length;
  const tryAt = (exponent: number): Trial => {
    const c = unit * 10 ** exponent;
    const values = whereDefined(() => probe.evaluate(moved(Y, c, D)).value);
    if (!values) return { ...none, exponent, sum: Infinity };
    return { c, values, longest: exponent === LONGEST, exponent, sum: sum(values) };
  };
  const best = EXPONENTS.map(tryAt).reduce(lower, none);
  return best.c === 0 || best.longest ? best : refined(tryAt, best);
}

/** The best of golden sections of the interval between the neighbours of a trial. */
function refined(tryAt: (exponent: number) => Trial, best: Trial): Trial {
  let [low, high] = [best.exponent - 0.5, best.exponent + 0.5];
  const left = (): Trial => tryAt(high - GOLDEN * (high - low));
  const right = (): Trial => tryAt(low + GOLDEN * (high - low));
  let [a, b] = [left(), right()];
  for (let k = 2; k < SECTIONS; k++) {
    if (a.sum <= b.sum) {
      [high, b] = [b.exponent, a];
      a = left();
    } else {
      [low, a] = [a.exponent, b];
      b = right();
    }
  }
  return [a, b].reduce(lower, best);
}

function lower(best: Trial, other: Trial): Trial {
  return other.sum < best.sum ? other : best;
}

/**
 * What is left of the gaps l(y) - l* after a step: the mean of min(1, (l(y - c d) - l*) / (l(y) - l*)) over the samples
 * that were wrong. Undefined where none was.
 */
export function shareLeft(before: Float64Array, after: Float64Array, wrong: readonly boolean[]): number | undefined {
  const shares = Array.from(before, (gap, i) => Math.min(1, after[i] / gap)).filter((_, i) => wrong[i]);
  return shares.length > 0 ? mean(shares) : undefined;
}

/** The directions of a batch as one multiple c of its gradients, as near as they come. */
export interface Multiple {
  /** <G, D> / <G, G> over the batch. */
  readonly c: number;
  /** |D - c G| / |D|: 0 where they are. */
  readonly deviation: number;
}

/** Of G and D (N, m), which are not 0. */
export function asMultiple({ data: G }: Batch, { data: D }: Batch): Multiple {
  const [lengthG, lengthD] = [norm(G), norm(D)];
  const cosine = G.reduce((sum, g, k) => sum + (g / lengthG) * (D[k] / lengthD), 0);
  return { c: (cosine * lengthD) / lengthG, deviation: Math.sqrt(Math.max(0, 1 - cosine ** 2)) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
