import type { CheckedLoss } from '../../core/checked.js';
import { LossError } from '../../core/errors.js';
import { textOf } from '../../core/messages.js';
import type { AtSpread, Diagnosis, StepTaken } from './diagnosis.js';
import { gapsOf, gradientNorms, normsOf, usualOf, wrongSamples } from './gradients.js';
import { shareLeft, type Step } from './one-step.js';
import { newtonStepFrom, type Place, placeAt, visitFits } from './places.js';
import { type Probe, probeOf, whereDefined } from './probe.js';
import { type NewtonRecipe, recipeFor } from './recipe.js';
import { traitsOf } from './traits.js';
import { isGain, verdictOn } from './verdict.js';

export interface DiagnoseOptions {
  /** Outputs a sample, of a loss that takes any number (default: the plugin's choice). */
  readonly outputs?: number;
  /** Samples at each spread, at least 2 (default: 64). */
  readonly samples?: number;
  /** Of samples and noise (default: 0). */
  readonly seed?: number;
}

/** How many times as far out outputs are as the plugin samples them. */
const SPREADS = [1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

/**
 * Whether a loss is worth a Newton loss: what it is like on the plugin's own samples, from close together to far apart,
 * and what follows (docs/diagnose.md; Petersen et al., Newton Losses, NeurIPS 2024, appendix A). The same for a seed.
 *
 *     diagnose(await registry.create('neuralsort', { temperature: 0.5 }), { outputs: 10 }).verdict.summary
 *
 * SHAPE where its samples do not have that many outputs, PARAMS for fewer than two samples or no seed; whatever the
 * loss itself throws at the outputs that its plugin samples.
 */
export function diagnose(loss: CheckedLoss, { outputs, samples = 64, seed = 0 }: DiagnoseOptions = {}): Diagnosis {
  if (!Number.isSafeInteger(samples) || samples < 2) {
    throw new LossError('PARAMS', `diagnose: samples should be an integer of at least 2, got ${textOf(samples)}`);
  }
  const { capabilities } = loss;
  const probe = probeOf(loss, samples, seed, outputs);
  visitFits(probe);
  const usual = placeAt(probe, 1);
  const places = SPREADS.map((spread) => (spread === 1 ? usual : whereDefined(() => placeAt(probe, spread))))
    .filter((place) => place !== undefined);
  const recipe = recipeFor(capabilities, usual.spectra, places);
  const isEndless = !capabilities.nonnegative && places.some(({ gradientStep }) => gradientStep.longest);
  const spreads = findings(probe, places, usual, recipe.newton, isEndless);
  const verdict = verdictOn(traitsOf(capabilities, spreads, isEndless, recipe.newton.curvature), recipe.why);
  return {
    ...{ loss: loss.plugin.name, params: loss.params, capabilities },
    ...{ outputs: probe.y.cols, samples, seed, spreads, isEndless, verdict },
    undefinedAt: SPREADS.filter((spread) => !spreads.some((at) => at.spread === spread)),
    newton: isGain(verdict.kind) ? recipe.newton : { curvature: 'none' },
  };
}

/** What is found at each place, once all steps are taken, and so the lowest values known. */
function findings(
  probe: Probe,
  places: readonly Place[],
  usual: Place,
  newton: NewtonRecipe,
  isEndless: boolean,
): AtSpread[] {
  const steps = places.map((place) => newtonStepFrom(probe, place, newton));
  const gapsAt = (values: Float64Array): Float64Array => gapsOf(values, probe.lowest);
  const usualValues = usualOf(normsOf(usual.gradient), gapsAt(usual.evaluation.value));
  return places.map(({ spread, convexity, spectra, evaluation, gradient, gradientStep }, k) => {
    const gaps = gapsAt(evaluation.value);
    const taken = ({ c, values }: Step): StepTaken => {
      const left = isEndless ? undefined : shareLeft(gaps, gapsAt(values), wrongSamples(gaps, usualValues));
      return { c, ...(left !== undefined && { left }) };
    };
    return {
      ...{ spread, convexity, spectra },
      gradients: gradientNorms(normsOf(gradient), gaps, spread, usualValues),
      gradientStep: taken(gradientStep),
      ...(steps[k] && { newtonStep: { ...taken(steps[k].step), multiple: steps[k].multiple } }),
    };
  });
}
