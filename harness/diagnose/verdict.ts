import { percent } from '../report/format.js';
import { largestOf, smallestOf } from '../run/extremes.js';
import type { AtSpread } from './diagnosis.js';
import { figure } from './figure.js';
import { aboveShare, type Found, negativeShare, type Traits, vanishingShare } from './traits.js';

export interface Verdict {
  readonly kind: 'worth trying' | 'may help' | 'not needed' | 'changes nothing' | 'no curvature';
  /** One sentence. */
  readonly summary: string;
  /** Sentences with the figures behind it. */
  readonly reasons: readonly string[];
}

/** The share of the loss that is left at most where a step solves it. */
const SOLVED = 0.05;
/** What is not the loss's affair (docs/results.md, Predict, then optimise). */
const BESIDES = 'Where a network cannot fit its targets, a Fisher matrix may help all the same: compare it with none.';

/**
 * By appendix A of the paper, a Newton loss is for a loss that is hard to optimise (not convex, or with gradients that
 * vanish or explode), that one gradient step does not solve, and that has curvature. `settings` are sentences on
 * those of the recipe, told where it is one.
 */
export function verdictOn(traits: Traits, settings: readonly string[]): Verdict {
  const kind = kindOf(traits);
  const reasons = [...convexityReasons(traits), ...gradientReasons(traits), ...stepReasons(traits)];
  return { kind, summary: SUMMARIES[kind](traits), reasons: [...reasons, ...adviceOn(kind, traits, settings)] };
}

function adviceOn(kind: Verdict['kind'], { curvature }: Traits, settings: readonly string[]): readonly string[] {
  if (kind === 'changes nothing') return curvature === 'fisher' ? [] : [BESIDES];
  return kind === 'not needed' ? [BESIDES] : settings;
}

/** Whether there is something to gain. */
export function isGain(kind: Verdict['kind']): boolean {
  return kind === 'worth trying' || kind === 'may help';
}

function kindOf(traits: Traits): Verdict['kind'] {
  const { curvature, isEndless, isParallel, above, negative, vanishing, exploding } = traits;
  if (curvature === 'none') return 'no curvature';
  if (isParallel) return 'changes nothing';
  if (isSolved(traits)) return 'not needed';
  const isHard = above ?? negative ?? vanishing ?? exploding;
  return isHard && !isEndless && !hasStandIns(traits) ? 'worth trying' : 'may help';
}

const SUMMARIES: { readonly [K in Verdict['kind']]: (traits: Traits) => string } = {
  'worth trying': (traits) => `A Newton loss is worth trying: ${difficultiesOf(traits)}.`,
  'may help': (traits) => `A Newton loss may help${doubtsOf(traits)}.`,
  'not needed': () => 'The loss itself needs no Newton loss: one gradient step all but solves it.',
  'changes nothing': (traits) => `A Newton loss with the ${matrixOf(traits)} changes nothing but the length of steps.`,
  'no curvature': () => 'There is no Newton loss: there is no curvature to take one from.',
};

function difficultiesOf({ above, negative, vanishing, exploding }: Traits): string {
  const gradients = [...(vanishing ? ['vanish'] : []), ...(exploding ? ['explode'] : [])].join(' and ');
  return [
    ...(above ?? negative ? ['the loss is not convex'] : []),
    ...(gradients === '' ? [] : [`its gradients ${gradients}`]),
  ].join(', and ');
}

function doubtsOf(traits: Traits): string {
  if (traits.isEndless) return '; nothing here tells, since the loss has no lowest value by itself';
  if (hasStandIns(traits)) return ', but its matrix is made of gradients that stand in for the derivative';
  return ': the loss is not hard, as far as this tells, but one gradient step does not solve it';
}

function isSolved({ isEndless, left }: Traits): boolean {
  return !isEndless && left <= SOLVED;
}

function matrixOf({ curvature }: Traits): string {
  return curvature === 'fisher' ? 'Fisher matrix' : 'mean Hessian';
}

/** Whether the matrix of Newton steps is made of gradients that are not those of the value. */
function hasStandIns({ capabilities: { gradient }, curvature }: Traits): boolean {
  return gradient === 'surrogate' && curvature === 'fisher';
}

function convexityReasons({ capabilities: { convex }, segments, above, negative }: Traits): string[] {
  const found = [
    ...(above ? [`the value is above the chord in the middle of ${shares(above, aboveShare, 'segments')}.`] : []),
    ...(negative ? [`the Hessian has negative eigenvalues at ${shares(negative, negativeShare, 'samples')}.`] : []),
  ];
  if (found.length > 0) {
    const [first, ...others] = found;
    return [`Not convex${convex ? ', though declared' : ''}: ${first}`, ...others.map(capitalised)];
  }
  const none = `none of ${segments} segments has a value above its chord in the middle.`;
  return [convex ? `Convex, as declared: ${none}` : capitalised(none)];
}

function gradientReasons({ vanishing, exploding }: Traits): string[] {
  const wrong = vanishing && shares(vanishing, vanishingShare, 'samples far above their lowest value');
  const growth = exploding && `${figure(exploding.most.gradients.growth, 2)} times what a quadratic loss has`;
  return [
    ...(vanishing ? [`Gradients vanish: below 1e-6 of the usual at ${wrong}.`] : []),
    ...(exploding ? [`Gradients explode: the largest is ${growth}, ${where(exploding.most)}.`] : []),
    ...(vanishing ?? exploding ? [] : ['Gradients neither vanish nor explode.']),
  ];
}

function stepReasons(traits: Traits): string[] {
  if (traits.isParallel) return [leftText(traits), 'Newton steps are one multiple of the gradients, at every spread.'];
  const { deviation } = { ...traits.usual.newtonStep?.multiple };
  if (isSolved(traits) || deviation === undefined) return [leftText(traits)];
  return [
    leftText(traits),
    ...scaleReasons(traits),
    `As sampled, ${shareText(deviation)} of a Newton step is not along the gradient.`,
  ];
}

/** What is left of the loss after a step. */
function leftText(traits: Traits): string {
  const { isEndless, left, usual: { gradientStep, newtonStep } } = traits;
  if (isEndless) return 'Values fall without end along the gradients: no step is the best.';
  if (isSolved(traits) || gradientStep.left === undefined) {
    const most = left < 0.001 ? 'less than 0.1%' : `at most ${shareText(left)}`;
    return `The best gradient step leaves ${most} of the loss, at every spread.`;
  }
  const newton = newtonStep?.left === undefined ? '' : `, the best Newton step ${shareText(newtonStep.left)}`;
  return `The best gradient step leaves ${shareText(gradientStep.left)} of the loss${newton}, as sampled.`;
}

/** How the matrix of Newton steps differs between spreads. */
function scaleReasons(traits: Traits): string[] {
  const scales = traits.spectra.map(({ scale }) => scale).filter((scale) => scale > 0);
  if (scales.length < 2) return [];
  const factor = largestOf(scales) / smallestOf(scales);
  const matrix = matrixOf(traits);
  if (factor < 2) return [`The ${matrix} is about as large at every spread.`];
  const between = `up to ${figure(factor, 2)} times as large at one spread as at another`;
  return [`The ${matrix} is ${between}, which Newton steps even out as far as lambda lets them.`];
}

/** `3.1% of the segments as sampled, 20.0% at spread 100` */
function shares({ nearest, most }: Found, share: (at: AtSpread) => number, whole: string): string {
  const first = `${shareText(share(nearest))} of the ${whole} ${where(nearest)}`;
  return most === nearest ? first : `${first}, ${shareText(share(most))} ${where(most)}`;
}

function where({ spread }: AtSpread): string {
  return spread === 1 ? 'as sampled' : `at spread ${spread}`;
}

function shareText(share: number): string {
  return share > 0 && share < 0.001 ? 'less than 0.1%' : `${percent(share)}%`;
}

function capitalised(sentence: string): string {
  return sentence[0].toUpperCase() + sentence.slice(1);
}
