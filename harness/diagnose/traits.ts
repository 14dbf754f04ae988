import type { Capabilities } from '../../core/loss.js';
import type { Curvature } from '../../core/newton/index.js';
import { largestOf } from '../run/extremes.js';
import type { AtSpread } from './diagnosis.js';
import type { Multiple } from './one-step.js';
import type { Spectrum } from './spectrum.js';

/** Where something is found: nearest to outputs as they are sampled, and most of it. */
export interface Found {
  readonly nearest: AtSpread;
  readonly most: AtSpread;
}

/** What a verdict is about: of what is found at the spreads, that which says most. */
export interface Traits {
  readonly capabilities: Capabilities;
  /** What Newton steps are made with. */
  readonly curvature: Curvature;
  /** Of the matrix of Newton steps, by spread, where there is one. */
  readonly spectra: readonly Spectrum[];
  /** At outputs as they are sampled. */
  readonly usual: AtSpread;
  /** How many were looked at, at all spreads. */
  readonly segments: number;
  /** Where segments have the value above their chord, if some have. */
  readonly above: Found | undefined;
  /** Where an exact Hessian has negative eigenvalues, if it has. */
  readonly negative: Found | undefined;
  /** Where gradients vanish, if they do. */
  readonly vanishing: Found | undefined;
  /** Where gradients explode, if they do. */
  readonly exploding: Found | undefined;
  /** Whether the loss falls without end along its gradients. */
  readonly isEndless: boolean;
  /** The largest share of the loss that the best gradient step leaves at a spread. */
  readonly left: number;
  /** Whether Newton steps are one multiple of the gradients, the same at every spread. */
  readonly isParallel: boolean;
}

/** The share of the samples from which on gradients vanish, and the growth from which on they explode. */
const VANISHING = 0.01;
const EXPLODING = 100;
/** How far directions may be from one multiple of the gradients that are one, and two such from each other. */
const SAME = 1e-3;

export function traitsOf(
  capabilities: Capabilities,
  spreads: readonly AtSpread[],
  isEndless: boolean,
  curvature: Curvature,
): Traits {
  const isExact = capabilities.hessian === 'exact' || capabilities.hessian === 'products';
  const spectra = spreads.map((at) => (curvature === 'none' ? undefined : at.spectra[curvature]));
  const multiples = spreads.map(({ newtonStep }) => newtonStep?.multiple);
  return {
    ...{ capabilities, curvature, isEndless },
    spectra: spectra.filter((spectrum) => spectrum !== undefined),
    usual: spreads.find(({ spread }) => spread === 1)!,
    segments: spreads.reduce((sum, { convexity }) => sum + convexity.segments, 0),
    above: found(spreads, aboveShare),
    negative: isExact ? found(spreads, negativeShare) : undefined,
    vanishing: found(spreads, vanishingShare, VANISHING),
    exploding: found(spreads, ({ gradients }) => gradients.growth, EXPLODING),
    left: largestOf(spreads.map(({ gradientStep: { left = 0 } }) => left)),
    isParallel: areOne(multiples.filter((multiple) => multiple !== undefined)),
  };
}

/** The share of the segments that have the value above their chord. */
export function aboveShare({ convexity: { above, segments } }: AtSpread): number {
  return above / segments;
}

/** The share of the samples whose Hessian has negative eigenvalues. */
export function negativeShare({ spectra: { hessian } }: AtSpread): number {
  return hessian ? hessian.negative / hessian.samples : 0;
}

/** The share of the wrong samples whose gradient has vanished. */
export function vanishingShare({ gradients: { vanishing, wrong } }: AtSpread): number {
  return vanishing / Math.max(1, wrong);
}

/** Where there is something, at least so much of it. */
function found(spreads: readonly AtSpread[], of: (at: AtSpread) => number, least = 0): Found | undefined {
  const distance = ({ spread }: AtSpread): number => Math.abs(Math.log(spread));
  const having = spreads.filter((at) => of(at) > 0 && of(at) >= least);
  if (having.length === 0) return undefined;
  const nearest = having.reduce((best, at) => (distance(at) < distance(best) ? at : best));
  return { nearest, most: having.reduce((best, at) => (of(at) > of(best) ? at : best), nearest) };
}

/** Whether there are some, all exact and the same. */
function areOne(multiples: readonly Multiple[]): boolean {
  return multiples.length > 0 &&
    multiples.every(({ c, deviation }) => deviation <= SAME && Math.abs(c / multiples[0].c - 1) <= SAME);
}
