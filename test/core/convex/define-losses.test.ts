import { expect } from 'chai';
import { batchOf } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import {
  defineOptimalValueLoss,
  defineSolutionLoss,
  dot,
  eq,
  gallery,
  geq,
  leq,
  matmul,
  multiply,
  parameter,
  problem,
  type SolutionMap,
  subtract,
  sum,
  sumSquares,
  variable,
} from '../../../core/convex/index.js';
import { LossError } from '../../../core/errors.js';
import type { LossPlugin } from '../../../core/loss.js';
import { createRng } from '../../../core/random/rng.js';
import { runConformance } from '../../../conformance/index.js';
import { ballOf, simplexOf } from './closed-forms.js';
import { close } from './support.js';

/** The nearest point to `scale` y of the simplex or the ball. */
const parameters = {
  n: { type: 'integer', minimum: 1, maximum: 8, default: 3 },
  scale: { type: 'number', minimum: 0.5, maximum: 2, default: 1 },
  set: { type: 'string', enum: ['simplex', 'ball'], default: 'simplex' },
} as const;

function nearest(n: number, scale: number, set: 'simplex' | 'ball'): SolutionMap {
  const [x, y] = [variable([n], { name: 'x' }), parameter([n], { name: 'y' })];
  const objective = subtract(multiply(0.5, sumSquares(x)), multiply(scale, dot(y, x)));
  const constraints = set === 'simplex' ? [geq(x, 0), eq(sum(x), 1)] : [leq(sumSquares(x), 1)];
  return { problem: problem({ minimize: objective, subjectTo: constraints }), parameter: y, solution: x };
}

type Own = { n: number; scale: number; set: 'simplex' | 'ball' };
type Judged = Own & { criterion: 'squared' | 'linear'; smoothing: number };

// The annotations hold what is inferred: they do not compile where it is another type.
const solutionPlugin: LossPlugin<number[], Judged> = defineSolutionLoss({
  name: 'scaled',
  parameters,
  map: ({ n, scale, set }) => nearest(n, scale, set),
});
const valuePlugin: LossPlugin<null, Own & { smoothing: number }> = defineOptimalValueLoss({
  name: 'scaled-value',
  parameters,
  map: ({ n, scale, set }) => nearest(n, scale, set),
});

const y = [0.9, -0.3, 0.6];

describe("losses of a problem of one's own", () => {
  it('fill in a plugin: parameters, target, capabilities', () => {
    const { title, source, params, capabilities } = solutionPlugin;
    expect(title).to.equal('Loss of the solution of scaled');
    expect(source).to.include('Agrawal');
    expect(params).to.deep.include({
      required: ['n', 'scale', 'set', 'criterion', 'smoothing'],
      additionalProperties: false,
    });
    expect(capabilities).to.deep.include({ gradient: 'exact', hessian: 'exact', nonnegative: true });
    expect(checked(solutionPlugin).params)
      .to.deep.equal({ n: 3, scale: 1, set: 'simplex', criterion: 'squared', smoothing: 1e-3 });
    expect(checked(solutionPlugin, { criterion: 'linear' }).capabilities.nonnegative).to.equal(false);
    expect(checked(valuePlugin, { n: 5 }).outputs).to.equal(5);
  });

  it('are the loss on the solution, and the optimal value, for those parameters', () => {
    for (const set of ['simplex', 'ball'] as const) {
      const scaled = y.map((value) => 2 * value);
      const w = set === 'simplex' ? simplexOf(scaled) : ballOf(scaled);
      const params = { scale: 2, set, smoothing: 0 };
      const squared = checked(solutionPlugin, params).evaluate(batchOf([y]), [[0, 0, 1]], createRng(0));
      close(squared.value, [(w[0] ** 2 + w[1] ** 2 + (w[2] - 1) ** 2) / 2], 1e-8, 'squared');
      const value = checked(valuePlugin, params).evaluate(batchOf([y]), [null], createRng(0));
      close(value.gradient().data, w.map((wk) => -2 * wk), 1e-8, 'envelope');
    }
  });

  it('take a problem without parameters of its own, what is known of it, and typical outputs', () => {
    const costs = gallery.simplex(2);
    const plugin = defineOptimalValueLoss({
      name: 'best',
      title: 'Best',
      source: 'test',
      map: { problem: costs.problem, parameter: costs.parameter },
      capabilities: { fisher: false },
      sample: (_params, _rng, rows) => ({
        y: batchOf(Array.from({ length: rows }, () => [1, 2])),
        targets: Array.from({ length: rows }, () => null),
      }),
    });
    expect(plugin.capabilities).to.deep.include({ fisher: false });
    expect(Array.from(checked(plugin).sample(createRng(1), 2).y.data)).to.deep.equal([1, 2, 1, 2]);
    expect([plugin.title, plugin.source]).to.deep.equal(['Best', 'test']);
  });

  it('keep the laws of losses', function() {
    this.timeout(120_000);
    for (const plugin of [solutionPlugin, valuePlugin]) {
      const results = runConformance(plugin as unknown as LossPlugin, { params: { n: 2 } });
      expect(results.flatMap(({ check, failure }) => (failure ? `${check}: ${failure.message}` : []))).to.deep.equal(
        [],
      );
    }
  });

  describe('refuse', () => {
    const [x, a, b] = [variable([2], { name: 'x' }), parameter([2], { name: 'a' }), parameter([2], { name: 'b' })];
    const fit = (p: typeof a) => problem({ minimize: sumSquares(subtract(x, p)) });
    const both = problem({ minimize: sumSquares(subtract(x, a)), subjectTo: [geq(x, b)] });
    const gp = problem({ minimize: sum(x), subjectTo: [geq(x, a)] }, { gp: true });
    const signed = parameter([2], { name: 'signed', nonneg: true });
    const S = parameter([2, 2], { name: 'S', symmetric: true });
    const wrong: Record<string, [unknown, RegExp]> = {
      'two parameters': [{ problem: both, parameter: a, solution: x }, /b is a parameter too; expected a alone/],
      'a parameter of another problem': [
        { problem: fit(a), parameter: b, solution: x },
        /parameter b is not in the problem/,
      ],
      'a variable of another problem': [
        { problem: fit(a), parameter: a, solution: variable([2], { name: 'w' }) },
        /variable w is in neither/,
      ],
      'an expression as the solution': [{ problem: fit(a), parameter: a, solution: multiply(2, x) }, /variable\(\)/],
      'a variable as the parameter': [{ problem: fit(a), parameter: x, solution: x }, /parameter\(\)/],
      'a geometric program': [{ problem: gp, parameter: a, solution: x }, /geometric/],
      'a parameter with a sign': [
        { problem: fit(signed), parameter: signed, solution: x },
        /signed is declared nonneg/,
      ],
      'a symmetric parameter': [
        { problem: problem({ minimize: sumSquares(subtract(matmul(S, [1, 2]), x)) }), parameter: S, solution: x },
        /S is declared symmetric/,
      ],
      'a problem alone': [fit(a), /problem, parameter, solution/],
      'a promise': [Promise.resolve(gallery.relu(2)), /problem, parameter, solution.*got .*Promise/],
      nothing: [undefined, /got undefined/],
    };
    for (const [what, [map, text]] of Object.entries(wrong)) {
      it(what, () => {
        for (const given of [map, () => map]) {
          const plugin = defineSolutionLoss({ name: 'wrong', map: given as SolutionMap });
          expect(() => checked(plugin)).to.throw(LossError, text).with.property('code', 'PARAMS');
        }
      });
    }

    it('parameters outside their schema, and one of a name that is taken', () => {
      expect(() => checked(solutionPlugin, { scale: 3 })).to.throw(LossError, /scale/).with.property('code', 'PARAMS');
      const taken = () =>
        defineSolutionLoss({
          name: 'taken',
          parameters: { smoothing: { type: 'number', default: 1 } },
          map: gallery.relu(2),
        });
      expect(taken).to.throw(LossError, /taken: smoothing/).with.property('code', 'REGISTRY');
    });

    it('targets of another length', () => {
      const loss = checked(solutionPlugin);
      expect(() => loss.evaluate(batchOf([y]), [[1, 2]], createRng(0))).to.throw(LossError).with.property(
        'code',
        'TARGET',
      );
    });
  });
});
