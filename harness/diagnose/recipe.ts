import type { Capabilities } from '../../core/loss.js';
import { chooseCurvature, type CurvatureChoice, RECIPE } from '../../core/newton/choose-curvature.js';
import type { NewtonOptions } from '../../core/newton/index.js';
import type { Spectra, Spectrum } from './spectrum.js';

/** Newton settings as an experiment takes them. */
export type NewtonRecipe = Pick<NewtonOptions, 'curvature' | 'definiteness'> & Partial<Pick<NewtonOptions, 'lambda'>>;

export interface Recipe {
  readonly newton: NewtonRecipe;
  /** Sentences to print. */
  readonly why: readonly string[];
}

const LAMBDA = 'lambda is its mean diagonal, as auto takes it.';

/** The spectra at outputs so many times as far out as they are sampled. */
interface SpectraAt {
  readonly spread: number;
  readonly spectra: Spectra;
}

/**
 * The curvature that `auto` chooses, or Fisher where the Hessian is 0 at the outputs as they are sampled, `usual`; its
 * damping (`RECIPE`); and its absolute eigenvalues where the mean matrix, or that of a sample, has negative ones at any
 * spread.
 */
export function recipeFor(capabilities: Capabilities, usual: Spectra, all: readonly SpectraAt[]): Recipe {
  const { curvature, reason } = curvatureFor(capabilities, usual);
  if (curvature === 'none') return { newton: { curvature }, why: [reason] };
  const indefinite = indefiniteness(all.map(({ spread, spectra }) => [spread, spectra[curvature]]));
  return {
    newton: {
      curvature,
      lambda: RECIPE.lambda,
      ...(indefinite !== undefined && { definiteness: RECIPE.definiteness }),
    },
    why: [reason, LAMBDA, ...(indefinite === undefined ? [] : [indefinite])],
  };
}

/** Where there are negative eigenvalues, if there are any, in a sentence. */
function indefiniteness(spectra: readonly (readonly [spread: number, of: Spectrum | undefined])[]): string | undefined {
  const ofBatch = spectra.filter(([, of]) => of !== undefined && of.least < 0).map(([spread]) => spread);
  if (ofBatch.length > 0) {
    const where = ofBatch.length === spectra.length ? 'at every spread' : `at spread ${ofBatch.join(', ')}`;
    return `Absolute eigenvalues, since the batch's mean Hessian has negative ones, ${where}.`;
  }
  return spectra.some(([, of]) => of !== undefined && of.negative > 0)
    ? "Absolute eigenvalues, since Hessians of samples have negative ones, as another batch's mean may have."
    : undefined;
}

function curvatureFor(capabilities: Capabilities, usual: Spectra): CurvatureChoice {
  const chosen = chooseCurvature(capabilities);
  if (chosen.curvature === 'none' || usual[chosen.curvature]?.scale !== 0) return chosen;
  return capabilities.fisher && usual.fisher?.scale !== 0
    ? { curvature: 'fisher', reason: 'Fisher matrix, since the Hessian is 0.' }
    : { curvature: 'none', reason: 'Plain gradient, since what there is of curvature is 0.' };
}
