import { expect } from 'chai';
import { type Batch, batchOf } from '../../../../core/batch.js';
import { convexLayer, eq, evaluate, type Expression, parameter, variable } from '../../../../core/convex/index.js';
import * as exponentials from '../../../../core/convex/model/atoms/exponentials.js';
import * as extrema from '../../../../core/convex/model/atoms/extrema.js';
import * as geoMeans from '../../../../core/convex/model/atoms/geo-mean.js';
import * as hubers from '../../../../core/convex/model/atoms/huber.js';
import * as norms from '../../../../core/convex/model/atoms/norms.js';
import * as powers from '../../../../core/convex/model/atoms/powers.js';
import * as quadForms from '../../../../core/convex/model/atoms/quad-form.js';
import * as quadratics from '../../../../core/convex/model/atoms/quadratics.js';
import * as spectral from '../../../../core/convex/model/atoms/spectral.js';
import type { AtomCall } from '../../../../core/convex/model/expression.js';
import { createRng, type Rng } from '../../../../core/random/rng.js';
import { close, moved, slopes, unitTangents } from '../support.js';
import { type Case, cases, pointOf, throughBound } from './atom-cases.js';

const SAMPLES = 300;

type PointFunction = (point: readonly Float64Array[]) => Float64Array;

function functionOf(value: Expression, args: readonly Parameters<Case['of']>[0][]): PointFunction {
  return (point) => evaluate(value, new Map(args.map((argument, k) => [argument as never, point[k]])));
}

/** The signs that differences of the entries have, rounding aside. */
function signsOf(samples: Iterable<readonly [got: Float64Array, reference: Float64Array]>): Set<number> {
  const signs = new Set<number>();
  for (const [got, reference] of samples) {
    got.forEach((value, i) => {
      const difference = value - reference[i];
      const rounding = 1e-12 * (1 + Math.min(Math.abs(value), Math.abs(reference[i])));
      if (Math.abs(difference) > rounding) signs.add(Math.sign(difference));
    });
  }
  return signs;
}

/** f at the middle of two points beside the mean of f. */
function* middles(f: PointFunction, one: Case, rng: Rng): Generator<[Float64Array, Float64Array]> {
  for (let k = 0; k < SAMPLES; k++) {
    const [a, b] = [pointOf(one, rng), pointOf(one, rng)];
    const middle = a.map((entries, i) => entries.map((value, j) => (value + b[i][j]) / 2));
    const [fa, fb] = [f(a), f(b)];
    yield [f(middle), fa.map((value, i) => (value + fb[i]) / 2)];
  }
}

/** f beside f with one entry of an argument made smaller by at most `size`. */
function* steps(
  f: PointFunction,
  one: Case,
  argument: number,
  size: number,
  rng: Rng,
): Generator<[Float64Array, Float64Array]> {
  for (let k = 0; k < SAMPLES; k++) {
    const point = pointOf(one, rng);
    const below = point.map((entries) => entries.slice());
    below[argument][rng.integer(below[argument].length)] -= size * rng.uniform();
    yield [f(point), f(below)];
  }
}

/** The signs of the steps of f by each of these variables, beside how the call says that it moves. */
function movesOf(call: AtomCall, args: readonly Expression[], signs: (argument: number) => Set<number>) {
  return args.map((_, k) => ({ move: call.moves[k], signs: [...signs(k)].sort() }));
}

function* values(f: PointFunction, one: Case, rng: Rng): Generator<[Float64Array, Float64Array]> {
  for (let k = 0; k < SAMPLES; k++) {
    const got = f(pointOf(one, rng));
    yield [got, got.map(() => 0)];
  }
}

const expectedSigns = {
  affine: [],
  convex: [-1],
  concave: [1],
  increasing: [1],
  decreasing: [-1],
  neither: [-1, 1],
} as const;

describe('what atoms say of themselves holds, and no more', () => {
  it('there is a case for each atom', () => {
    const modules = [exponentials, extrema, geoMeans, hubers, norms, powers, quadForms, quadratics, spectral];
    const names = modules.flatMap((module) => Object.keys(module));
    const tried = Object.keys(cases).map((title) => /[A-Za-z0-9]+/.exec(title.replace('weighted ', ''))![0]);
    expect(names.filter((name) => !tried.includes(name))).to.deep.equal([]);
  });

  for (const [name, one] of Object.entries(cases)) {
    const { shapes, of, formula } = one;
    const args = shapes.map((shape) => variable(shape));
    const value = of(...args);
    const f = functionOf(value, args);
    const rng = createRng(31);

    it(`${name}: its curvature`, () => {
      // A mean of one number is that number: of it, less is said than holds.
      const said = expectedSigns[value.curvature as 'affine' | 'convex' | 'concave'];
      expect([...signsOf(middles(f, one, rng))]).to.deep.equal(name === 'geoMean of one' ? [] : said);
    });

    it(`${name}: its sign`, () => {
      const signs = signsOf(values(f, one, rng));
      expect({ nonneg: value.nonneg, nonpos: value.nonpos })
        .to.deep.equal({ nonneg: !signs.has(-1), nonpos: !signs.has(1) });
    });

    if (value.kind === 'atom') {
      it(`${name}: how it moves with its arguments`, () => {
        // Outside of the domain functions are infinite, and moves are those of all numbers.
        const anywhere = one.draw ? one : { ...one, sample: (draws: Rng) => 2 * draws.normal() };
        const signsBy = (k: number) => signsOf(steps(f, anywhere, k, one.draw ? 0.05 : 1, rng));
        for (const { move, signs } of movesOf(value, args, signsBy)) {
          expect(signs).to.deep.equal(expectedSigns[move]);
        }
      });

      it(`${name}: how it moves with arguments that are nowhere below zero`, () => {
        const above = shapes.map((shape) => variable(shape, { nonneg: true }));
        const call = of(...above) as AtomCall;
        const g = functionOf(call, above);
        const draw = (draws: Rng) => pointOf(one, draws).map((x) => x.map((v) => 0.05 + Math.abs(v)));
        const signsBy = (k: number) => signsOf(steps(g, { ...one, draw }, k, 0.05, rng));
        for (const { move, signs } of movesOf(call, above, signsBy)) {
          expect(expectedSigns[move]).to.include.members(signs);
        }
      });
    }

    it(`${name}: its derivative is that of the formula, by the layer, by differences and by the dual`, () => {
      const data = shapes.map((shape) => parameter(shape));
      const bound = variable(value.shape);
      const fixed = args.map((argument, k) => eq(argument, data[k]));
      // At a point that equations fix, the system of smaller barrier parameters has too few digits.
      const settings = { derivative: 'smoothed', smoothing: 1e-8 } as const;
      const outputs = { parameters: data, variables: [bound], duals: fixed };
      const layer = convexLayer(throughBound(value, bound, fixed), { ...outputs, ...settings });
      for (let trial = 0; trial < 3; trial++) {
        const inputs: Batch[] = pointOf(one, rng).map((entries) => batchOf([entries]));
        const solution = layer.forward(inputs);
        const formulaAt = (at: readonly Batch[]): number[] => [formula(...at.map((batch) => batch.data))].flat();
        inputs.forEach((input, k) => {
          for (let entry = 0; entry < input.cols; entry++) {
            const tangents = unitTangents(inputs, k, entry);
            const expected = slopes((t) => formulaAt(inputs.map((x, i) => moved(x, t, tangents[i]))), 1e-4);
            const scale = 1 + Math.max(...expected.map(Math.abs));
            const got = [...solution.jvp(tangents)[0].data];
            close(got.map((v) => v / scale), expected.map((v) => v / scale), 1e-8, `argument ${k}, by entry ${entry}:`);
            const total = expected.reduce((a, b) => a + b, 0);
            const price = (value.curvature === 'concave' ? 1 : -1) * solution.outputs[1 + k].data[entry];
            // To 1e-11 over the distance from a kink, 1e-11 being the least barrier parameter.
            expect(price / scale, `dual ${k}, entry ${entry}`).to.be.closeTo(total / scale, 1e-7);
          }
        });
      }
    });
  }
});
