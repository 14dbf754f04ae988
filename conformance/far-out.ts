import { type Batch, row } from '../core/batch.js';
import type { Capabilities } from '../core/loss.js';
import { type Check, defineCheck, type Evidence, type Fail } from './check.js';
import { type Claim, gradientClaim, hessianClaim, hvpClaim, isExact } from './derivatives.js';
import { type Derivative, derivativeAlong, mostReliableOf } from './differences.js';
import { farPlaces, moved, type Place, pointsOf, samplePlaces } from './places.js';
import { predictionsOf } from './predictions.js';
import { integrate } from './quadrature.js';
import type { Subject } from './subject.js';
import { largestOf } from './vectors.js';

/** A derivative is told where its error bar is this share of the largest entry along the same direction. */
const RESOLUTION = 1e-4;
/** Entries below this share of |field| / |y| count as flat, where the bar is compared with that instead. */
const FLAT = 1e-3;
/**
 * The tolerance is this many error bars, and the rounding of the plugin's own results: as a share of the largest entry
 * and of |field| / |y|, a smaller one of |field| / |sample|, and a faint one of |value| / |y|^2. Curvature that
 * changes a gradient by 1e-8 of itself at the distance of a sample, or a value by 1e-10 of itself at the distance |y|,
 * comes from rounding where these are.
 */
const BARS = 8;
const ROUNDING = 1e-6;
const SMALL = 1e-8;
const FAINT = 1e-10;
/** Octaves of the factor by which samples are multiplied. */
const OCTAVES = [-10, 20] as const;
/**
 * An integral is told where halving its parts changes it by this share of what it is compared with: no kink is within.
 */
const SMOOTH = 1e-7;
/** Rounding of values, as a share of the same. */
const ROUNDING_OF_VALUES = 1e-9;
/** Octaves of the distance at which confident predictions are looked at, in units of the target's largest entry. */
const LADDER = [-6, 12] as const;

const smooth = (c: Capabilities): boolean => c.gradient === 'exact' || c.gradient === 'subgradient';
const curved = (c: Capabilities): boolean => c.gradient === 'exact' && isExact(c.hessian);

/** Results far from the samples are right, as far as differences and integrals can tell there, not finite alone. */
export const farOut: readonly Check[] = [
  defineCheck({
    name: 'far-values',
    law: 'Along rays, from 1e-3 of a sample to 1e6 times it, values differ by the integral of the gradient.',
    needs: ['gradient-differences', 'subgradient-inequality', 'large-outputs'],
    applies: smooth,
    test: (subject, fail) => total(samplePlaces(subject), (place) => compareAlongRay(place, fail)),
  }),
  defineCheck({
    name: 'far-gradient',
    law: 'The gradient is the derivative of the value far out: on rays, spread, shifted, saturated, nearly tied.',
    needs: ['far-values', 'gradient-differences', 'large-outputs', 'tied-pairs'],
    applies: smooth,
    test: (subject, fail) => total(farPlaces(subject), (place) => compareAt(place, [gradientClaim], fail)),
  }),
  defineCheck({
    name: 'far-hessian',
    law:
      'Hessian and products with it are derivatives of the gradient far out: on rays, spread, shifted, saturated, nearly tied.',
    needs: ['far-gradient', 'hessian-differences', 'hvp-differences', 'large-outputs', 'tied-pairs'],
    applies: curved,
    test: (subject, fail) => total(farPlaces(subject), (place) => compareCurvature(subject, place, fail)),
  }),
  defineCheck({
    name: 'confident-hessian',
    law: 'The Hessian of a confidently right sample decays as its gradient does, of which it is the derivative.',
    needs: ['far-hessian'],
    applies: curved,
    test: (subject, fail) =>
      total(confidentPlaces(subject), (place) => compareCurvature(subject, place, fail, place.unit)),
  }),
];

function total<T>(items: Iterable<T>, look: (item: T) => Evidence): Evidence {
  let [told, tried] = [0, 0];
  for (const item of items) {
    const evidence = look(item);
    told += evidence.told;
    tried += evidence.tried;
  }
  return { told, tried };
}

function compareCurvature({ capabilities }: Subject, place: Place, fail: Fail, reach?: number): Evidence {
  return compareAt(place, curvatureClaims(capabilities), fail, reach);
}

/** Blocks and products of the Hessian, as far as they are exact. */
export function curvatureClaims({ hessian }: Capabilities): Claim[] {
  return [...(hessian === 'exact' ? [hessianClaim] : []), ...(isExact(hessian) ? [hvpClaim] : [])];
}

/** Compares claims about one field along one direction across all outputs and along one axis. */
export function compareAt(place: Place, claims: readonly Claim[], fail: Fail, reach = place.scales[0]): Evidence {
  const { field } = claims[0];
  const { y, rng } = place;
  const at = place.evaluate(pointsOf([y]));
  const [size, length] = [largestOf(row(field(at), 0)), place.scales[0]];
  const noise = Math.max(
    (ROUNDING * size) / length,
    (SMALL * size) / place.unit,
    (FAINT * Math.abs(at.value[0])) / reach ** 2,
  );
  const choices = rng.split(0);
  const axis = choices.integer(y.length);
  const directions = [y.map(() => choices.normal()), y.map((_, j) => (j === axis ? 1 : 0))];
  let told = 0;
  for (const d of directions) {
    const fineToCoarse = place.scales.toSorted((a, b) => a - b);
    const derivative = bestOf(
      fineToCoarse.map((scale) => derivativeAlong((points) => field(place.evaluate(points)), y, d, scale, true)),
    );
    for (const { what, along } of claims) {
      const claimed = row(along(at, pointsOf([d])), 0);
      if (compareAlong(place, what, claimed, derivative, { flat: (FLAT * size) / length, noise }, fail)) told++;
    }
  }
  return { told, tried: directions.length * claims.length };
}

/** Sizes of derivatives below which they are as good as 0, and below which they are rounding. */
interface Floors {
  readonly flat: number;
  readonly noise: number;
}

/** Whether every entry could be told. */
function compareAlong(
  place: Place,
  what: string,
  claimed: Float64Array,
  found: Derivative,
  { flat, noise }: Floors,
  fail: Fail,
): boolean {
  const { value, bar } = found;
  const largest = largestOf(value);
  const limit = RESOLUTION * Math.max(largest, flat);
  const rounding = Math.max(ROUNDING * largest, noise);
  let all = true;
  for (let index = 0; index < value.length; index++) {
    const isBlank = value[index] === 0 && bar[index] === 0; // the field is 0 all along: rounded to that, perhaps
    if (isBlank || !(bar[index] <= limit)) all = false;
    else if (!(Math.abs(claimed[index] - value[index]) <= BARS * bar[index] + rounding)) {
      fail({
        what: `${what} along a direction, at ${place.where}`,
        sample: place.sample,
        index: value.length === 1 ? undefined : index,
        expected: `${value[index]} (error bar ${bar[index].toExponential(1)})`,
        got: claimed[index],
      });
    }
  }
  return all;
}

/** Of each entry the most reliable derivative, from steps on fine scales to those on coarse ones. */
function bestOf(fineToCoarse: readonly Derivative[]): Derivative {
  const best = { value: fineToCoarse[0].value.slice(), bar: fineToCoarse[0].bar.slice() };
  for (let c = 0; c < best.value.length; c++) {
    const { value, bar } = mostReliableOf(
      fineToCoarse.map((derivative) => ({ value: derivative.value[c], bar: derivative.bar[c] })),
    );
    [best.value[c], best.bar[c]] = [value, bar];
  }
  return best;
}

/**
 * The outputs that fit the target, a little disturbed, at growing distances from 0: with the sign that has the lower
 * values.
 */
function* confidentPlaces(subject: Subject): Generator<Place> {
  const { y, targets } = subject.sample(subject.seeds[0]);
  for (const place of samplePlaces(subject)) {
    const scale = largestOf(row(y, place.sample)) || 1;
    const guesses = predictionsOf(targets[place.sample], y.cols).map((guess) => {
      const unit = largestOf(guess) / Math.max(1, new Set(guess).size - 1) || 1; // about the least gap
      return guess.map((x) => x / unit + 0.1 * place.rng.normal());
    });
    if (guesses.length === 0) continue;
    const values = place.evaluate(pointsOf(guesses.map((guess) => guess.map((x) => 8 * scale * x)))).value;
    const right = guesses[values.indexOf(Math.min(...values))];
    for (let octave = LADDER[0]; octave <= LADDER[1]; octave++) {
      const factor = 2 ** octave;
      yield moved(
        place,
        `${factor} times outputs that fit the target`,
        right.map((x) => factor * x),
      );
    }
  }
}

/** value(b) - value(a) against the integral of <gradient, b - a>, octave by octave. */
function compareAlongRay(place: Place, fail: Fail): Evidence {
  const { y, sample } = place;
  const along = (factors: Float64Array): Batch => pointsOf([...factors].map((factor) => y.map((x) => factor * x)));
  const slopes = (factors: Float64Array): Float64Array => {
    const g = place.evaluate(along(factors)).gradient();
    return factors.map((_, k) => row(g, k).reduce((sum, gj, j) => sum + gj * y[j], 0));
  };
  let [told, tried] = [0, 0];
  for (let octave = OCTAVES[0]; octave < OCTAVES[1]; octave++) {
    const [from, to] = [2 ** octave, 2 ** (octave + 1)];
    const ends = place.evaluate(along(Float64Array.of(from, to))).value;
    const { value, bar, size } = integrate(slopes, from, to);
    const magnitude = Math.abs(ends[0]) + Math.abs(ends[1]) + size;
    tried++;
    if (!(bar <= SMOOTH * magnitude)) continue;
    told++;
    const difference = ends[1] - ends[0];
    if (!(Math.abs(difference - value) <= BARS * bar + ROUNDING_OF_VALUES * magnitude)) {
      const what = `value at ${to} times the sample less that at ${from} times`;
      fail({
        what,
        sample,
        expected: `${value}, the integral of the gradient (error bar ${bar.toExponential(1)})`,
        got: difference,
      });
    }
  }
  return { told, tried };
}
