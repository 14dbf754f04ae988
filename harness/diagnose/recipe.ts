import type { Capabilities } from '../../core/loss.js';
import { chooseCurvature, type CurvatureChoice } from '../../core/newton/choose-curvature.js';
import type { NewtonOptions } from '../../core/newton/index.js';
import type { Spectra, Spectrum } from './spectrum.js';

/** Newton settings as an experiment takes them. */
export type NewtonRecipe = Pick<NewtonOptions, 'curvature' | 'definiteness'> & Partial<Pick<NewtonOptions, 'lambda'>>;

export interface Recipe {
  readonly newton: NewtonRecipe;
  /** Sentences to print. */
  readonly why: readonly string[];
}

/** lambda as a share of what eigenvalues are in the mean. */
const SHARE = 0.1;
const LAMBDA = 'lambda is a tenth of the mean size of its eigenvalues that are not 0, to one digit.';
const RELATIVE = 'lambda is a tenth of its mean diagonal, as its eigenvalues were not computed.';

/** The spectra at outputs so many times as far out as they are sampled. */
interface SpectraAt {
  readonly spread: number;
  readonly spectra: Spectra;
}

/**
 * The curvature that `auto` chooses, or Fisher where the Hessian is 0; lambda a tenth of the mean size of those
 * eigenvalues of the mean matrix that are not 0, `usual` at the outputs as they are sampled; absolute eigenvalues where
 * it, or that of a sample, has negative ones at any spread.
 */
export function recipeFor(capabilities: Capabilities, usual: Spectra, all: readonly SpectraAt[]): Recipe {
  const { curvature, reason } = curvatureFor(capabilities, usual);
  if (curvature === 'none') return { newton: { curvature }, why: [reason] };
  const { scale } = { ...usual[curvature] };
  const lambda = scale === undefined ? { relative: SHARE } : Number((SHARE * scale).toPrecision(1));
  const indefinite = indefiniteness(all.map(({ spread, spectra }) => [spread, spectra[curvature]]));
  return {
    newton: { curvature, lambda, ...(indefinite !== undefined && { definiteness: 'absolute' }) },
    why: [reason, scale === undefined ? RELATIVE : LAMBDA, ...(indefinite === undefined ? [] : [indefinite])],
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
