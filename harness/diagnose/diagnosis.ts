import type { Capabilities } from '../../core/loss.js';
import type { Convexity } from './convexity.js';
import type { GradientNorms } from './gradients.js';
import type { Multiple } from './one-step.js';
import type { NewtonRecipe } from './recipe.js';
import type { Spectra } from './spectrum.js';
import type { Verdict } from './verdict.js';

/** What a loss is like where its outputs are so many times as far out as the plugin samples them. */
export interface AtSpread {
  readonly spread: number;
  readonly convexity: Convexity;
  readonly gradients: GradientNorms;
  /** Of the batch's mean matrices, where they were formed. */
  readonly spectra: Spectra;
  readonly gradientStep: StepTaken;
  /** With the recipe's settings; absent where these are none, or give none. */
  readonly newtonStep?: StepTaken & { readonly multiple: Multiple };
}

/** The best step along some directions, with one length for all samples. */
export interface StepTaken {
  readonly c: number;
  /** The share that is left of what values are above the lowest found; absent where no sample is, or nothing is lowest. */
  readonly left?: number;
}

/** What a loss is like, and what follows for Newton losses of it (docs/diagnose.md). Plain data. */
export interface Diagnosis {
  readonly loss: string;
  readonly params: object;
  readonly capabilities: Capabilities;
  readonly outputs: number;
  readonly samples: number;
  readonly seed: number;
  /** By spread, ascending. */
  readonly spreads: readonly AtSpread[];
  /** Those that are missing, since the loss is not finite there, or does not do it (NONFINITE, UNSUPPORTED). */
  readonly undefinedAt: readonly number[];
  /** Whether values fall to the longest steps tried, of a loss that may be negative: then there is no lowest. */
  readonly isEndless: boolean;
  readonly verdict: Verdict;
  /** For an experiment. */
  readonly newton: NewtonRecipe;
}
