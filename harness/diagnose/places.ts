import type { Batch } from '../../core/batch.js';
import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { allZero } from '../../core/linear-algebra/vectors.js';
import { newtonStep } from '../../core/newton/index.js';
import { predictionsOf } from '../../conformance/predictions.js';
import { type Convexity, convexityAt } from './convexity.js';
import { asMultiple, bestStep, type Multiple, type Step } from './one-step.js';
import { type Probe, spreadOut, whereDefined } from './probe.js';
import type { NewtonRecipe } from './recipe.js';
import { type Spectra, spectraAt } from './spectrum.js';

/** Outputs at which a loss was looked at. */
export interface Place {
  readonly spread: number;
  readonly y: Batch;
  readonly evaluation: CheckedEvaluation;
  readonly gradient: Batch;
  readonly convexity: Convexity;
  readonly spectra: Spectra;
  readonly gradientStep: Step;
}

/** The best step along Newton directions, and these as a multiple of the gradients. */
export interface NewtonStepFound {
  readonly step: Step;
  readonly multiple: Multiple;
}

/** Factors of outputs that fit a target. */
const FACTORS = [0.5, 1, 10, 1000];

/** Evaluates outputs that fit their targets, as far as these tell, so that the lowest values are known. */
export function visitFits({ targets, y, evaluate }: Probe): void {
  const guesses = targets.map((target) => predictionsOf(target, y.cols));
  const count = guesses.reduce((least, { length }) => Math.min(least, length), Infinity);
  for (let k = 0; k < count; k++) {
    for (const factor of FACTORS) {
      const fits = { ...y, data: new Float64Array(y.data.length) };
      guesses.forEach((guess, i) => fits.data.set(guess[k].map((x) => factor * x), i * y.cols));
      whereDefined(() => evaluate(fits));
    }
  }
}

/** Looks at the loss `spread` times as far out as its outputs are sampled. */
export function placeAt(probe: Probe, spread: number): Place {
  const y = spreadOut(probe.y, spread);
  const evaluation = probe.evaluate(y);
  const gradient = evaluation.gradient();
  return {
    ...{ spread, y, evaluation, gradient },
    convexity: convexityAt(probe, spread),
    spectra: spectraAt(probe, y, evaluation, spread),
    gradientStep: bestStep(probe, y, evaluation.value, gradient),
  };
}

/** Takes the best Newton step; nothing where these settings give none. */
export function newtonStepFrom(
  probe: Probe,
  { y, evaluation, gradient }: Place,
  { lambda, ...newton }: NewtonRecipe,
): NewtonStepFound | undefined {
  if (lambda === undefined) return undefined;
  const direction = whereDefined(() => newtonStep(evaluation, { ...newton, lambda }).direction);
  if (!direction || allZero(direction.data)) return undefined;
  return { step: bestStep(probe, y, evaluation.value, direction), multiple: asMultiple(gradient, direction) };
}
