import { type Batch, row } from '../core/batch.js';
import type { Capabilities, Evaluation } from '../core/loss.js';
import { type Check, defineCheck, type Evidence, type Fail } from './check.js';
import { isExact } from './derivatives.js';
import { noiseOf } from './differences.js';
import { type Place, pointsOf, samplePlaces } from './places.js';
import { type Method, resultOf } from './results.js';
import { directions, largestOf } from './vectors.js';

/** Octaves of the gap between two outputs, in units of a power of two about the largest output: 7e-9, 1e-6, 1e-3. */
const GAPS = [-27, -20, -10];
/** Octaves of the steps that move both alike, and of the share of a gap by which a step widens it. */
const STEPS = [-20, -23];
const WIDENED = -8;
const POINTS = 10;
/** Noise allowed, as a share of the largest entry, and in roundings of the outputs. */
const SHARE = 1e-9;
const ROUNDINGS = 1000;

/** Results do not lose their digits where outputs come near each other. */
export const ties: readonly Check[] = [
  defineCheck({
    name: 'near-ties',
    law: 'Value, gradient, Hessian and products with it keep nine digits where two outputs are 7e-9 to 1e-3 apart.',
    needs: ['tied-pairs', 'gradient-differences', 'hessian-differences', 'hvp-differences'],
    applies: (c) => c.gradient === 'exact',
    test(subject, fail) {
      let [told, tried] = [0, 0];
      for (const place of samplePlaces(subject)) {
        if (place.y.length < 2) continue;
        for (const gap of GAPS) {
          const evidence = smoothAt(place, methodsOf(subject.capabilities), gap, fail);
          told += evidence.told;
          tried += evidence.tried;
        }
      }
      return { told, tried };
    },
  }),
];

function methodsOf({ hessian }: Capabilities): Method[] {
  return [
    'value',
    'gradient',
    ...(hessian === 'exact' ? ['hessian' as const] : []),
    ...(isExact(hessian) ? ['hvp' as const] : []),
  ];
}

/**
 * On a line on which two outputs keep their gap but for a small share, all points exact in binary, sixth differences
 * of a smooth function vanish and leave the noise of its evaluation. Allowed is what rounding the outputs would do, by
 * how much half a gap more or less changes.
 */
function smoothAt(
  { y: sampled, rng, evaluate, sample }: Place,
  methods: readonly Method[],
  gapOctave: number,
  fail: Fail,
): Evidence {
  const unit = 2 ** Math.ceil(Math.log2(largestOf(sampled) || 1));
  const choices = rng.split(-gapOctave);
  const [low, high] = choices.permutation(sampled.length);
  const y = sampled.map((x) => Math.round((x / unit) * 2 ** 30) * 2 ** -30 * unit);
  const gap = unit * 2 ** gapOctave;
  y[high] = y[low] + gap;
  const d = y.map(() => choices.integer(15) - 7);
  d[high] = d[low];
  const line = (step: number, points: number): Batch =>
    pointsOf(
      Array.from({ length: points }, (_, k) =>
        y.map((x, j) => x + k * (d[j] * step + (j === high ? gap * 2 ** WIDENED : 0)))),
    );
  const fields = STEPS.map((octave) => evaluate(line(unit * 2 ** octave, POINTS)));
  const beside = evaluate(
    pointsOf([0.5, 1.5].map((share) => y.map((x, j) => (j === high ? y[low] + share * gap : x)))),
  );
  let told = 0;
  for (const method of methods) {
    const noises = fields.map((field) => noisesOf(field, method));
    const largest = largestOf(noises[0].first);
    const change = largestChange(beside, method);
    const allowed = SHARE * largest + ROUNDINGS * Number.EPSILON * (unit / gap) * change;
    if (!(allowed < largest)) continue; // a gap that rounding alone may close
    told++;
    for (let index = 0; index < noises[0].noise.length; index++) {
      const noise = Math.min(...noises.map((at) => at.noise[index]));
      if (!(noise <= allowed)) {
        const where = `with output ${high} ${gap.toExponential(1)} above output ${low}`;
        fail({
          what: `noise of ${method} ${where}`,
          sample,
          index,
          expected: `at most ${allowed.toExponential(1)}`,
          got: noise,
        });
      }
    }
  }
  return { told, tried: methods.length };
}

/** The noise of every entry along the line, and its first row. */
function noisesOf(e: Evaluation, method: Method): { noise: Float64Array; first: Float64Array } {
  const { rows, cols, data } = resultOf(e, method, sameDirections(e, method))!;
  const noise = new Float64Array(cols);
  for (let c = 0; c < cols; c++) noise[c] = noiseOf(Array.from({ length: rows }, (_, k) => data[k * cols + c]));
  return { noise, first: data.slice(0, cols) };
}

function largestChange(e: Evaluation, method: Method): number {
  const result = resultOf(e, method, sameDirections(e, method))!;
  const [before, after] = [row(result, 0), row(result, 1)];
  return largestOf(after.map((x, c) => x - before[c]));
}

/** The same direction in every row. */
function sameDirections(e: Evaluation, method: Method): Batch {
  const { rows, cols } = method === 'hvp' ? e.gradient() : { rows: 1, cols: 1 };
  const one = directions(1, cols);
  return pointsOf(Array.from({ length: rows }, () => one.data));
}
