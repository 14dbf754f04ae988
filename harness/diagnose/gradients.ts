import { type Batch, row } from '../../core/batch.js';
import { largest, norm } from '../../core/linear-algebra/vectors.js';
import { median, quantile } from '../statistics/index.js';

/** Norms of the samples' gradients. */
export interface GradientNorms {
  readonly least: number;
  /** Quantiles at 5, 50 and 95 %. */
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly largest: number;
  /** The largest, in usual norms and over `spread` where that is above 1: as much has a quadratic loss. */
  readonly growth: number;
  /** Samples whose value is above the lowest found by more than a tenth of what that is usually. */
  readonly wrong: number;
  /** Those of them whose gradient is below 1e-6 of the usual norm. */
  readonly vanishing: number;
}

/** What gradients and values are at the outputs that the plugin samples. */
export interface Usual {
  /** The median of the norms that are not 0. */
  readonly norm: number;
  /** The median of what values are above the lowest found, where they are. */
  readonly gap: number;
}

/** The share of the usual norm below which a gradient has vanished, and of the usual gap above which a value is wrong. */
const VANISHED = 1e-6;
const WRONG = 0.1;

/** (N): |g_i| */
export function normsOf(G: Batch): Float64Array {
  return Float64Array.from({ length: G.rows }, (_, i) => norm(row(G, i)));
}

/** (N): what the values are above the lowest that was found. */
export function gapsOf(values: Float64Array, lowest: Float64Array): Float64Array {
  return values.map((value, i) => Math.max(0, value - lowest[i]));
}

export function usualOf(norms: Float64Array, gaps: Float64Array): Usual {
  return { norm: medianOfPositive(norms), gap: medianOfPositive(gaps) };
}

/** 0 where there is none. */
function medianOfPositive(values: Float64Array): number {
  const positive = Array.from(values.filter((value) => value > 0));
  return positive.length === 0 ? 0 : median(positive);
}

/** (N): whether there is much to gain. */
export function wrongSamples(gaps: Float64Array, usual: Usual): boolean[] {
  return Array.from(gaps, (gap) => gap > WRONG * usual.gap);
}

/** Of samples `spread` times as far out as they are sampled, with these norms and gaps. */
export function gradientNorms(norms: Float64Array, gaps: Float64Array, spread: number, usual: Usual): GradientNorms {
  const sorted = norms.slice().sort();
  const wrong = wrongSamples(gaps, usual);
  const vanished = wrong.filter((isWrong, i) => isWrong && norms[i] < VANISHED * usual.norm);
  return {
    least: sorted[0],
    lower: quantile(sorted, 0.05),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.95),
    largest: sorted[sorted.length - 1],
    growth: usual.norm === 0 ? 0 : largest(norms) / (usual.norm * Math.max(1, spread)),
    wrong: wrong.filter(Boolean).length,
    vanishing: vanished.length,
  };
}
