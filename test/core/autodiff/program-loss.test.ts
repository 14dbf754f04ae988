import { expect } from 'chai';
import {
  abs,
  add,
  constant,
  defineProgramLoss,
  divide,
  expand,
  gather,
  log,
  log1p,
  logsumexp,
  multiply,
  negate,
  softmin,
  softplus,
  sort,
  square,
  subtract,
  sum,
  type ProgramLoss,
} from '../../../core/autodiff/index.js';
import { batchOf } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import type { Capabilities, LossPlugin } from '../../../core/loss.js';
import { parameters } from '../../../core/parameters.js';
import { toPermutation } from '../../../core/ranking.js';
import type { SchemaOf } from '../../../core/parameters.js';
import { createRng } from '../../../core/random/rng.js';
import mse from '../../../plugins/mse.js';
import softmaxCrossEntropy from '../../../plugins/softmax-cross-entropy.js';
import softsort from '../../../plugins/softsort.js';
import { runConformance } from '../../../conformance/index.js';

/** A hand-written plugin with its derivatives taken away and its forward pass as a program. */
function asProgram<Target, Params extends object>(
  plugin: LossPlugin<Target, Params>,
  create: (params: Params) => ProgramLoss<Target>,
): LossPlugin<Target, Params> {
  const { convex, nonnegative } = plugin.capabilities;
  return defineProgramLoss<SchemaOf<Target>, SchemaOf<Params>>({
    ...plugin,
    capabilities: { convex, nonnegative },
    create(params) {
      const { reject } = plugin.create(params);
      return { ...create(params), ...(reject && { reject }) };
    },
  });
}

const mseProgram = asProgram(mse, () => ({ program: (y, t) => multiply(0.5, sum(square(subtract(y, t)))) }));

const softmaxProgram = asProgram(softmaxCrossEntropy, () => ({
  program: (y, t) => subtract(logsumexp(y), gather(y, t.map((label) => [label]))),
}));

const softsortProgram = asProgram(softsort, ({ temperature }) => ({
  program(y, t) {
    const n = y.cols;
    const distance = abs(subtract(expand(sort(y), { shape: [n, n], axis: 1 }), expand(y, { shape: [n, n], axis: 0 })));
    const P = softmin(divide(distance, temperature), { shape: [n, n], axis: 1 });
    const T = constant(y, t.map((ranks) => toPermutation(ranks)));
    const likelihood = add(multiply(T, log(P)), multiply(subtract(1, T), log1p(negate(P))));
    return multiply(-1 / n ** 2, sum(likelihood));
  },
}));

/** log cosh(y - t) = d + log(1 + exp(-2 d)) - log 2, with d = y - t. */
const logCosh = defineProgramLoss({
  name: 'log-cosh',
  title: 'Logarithm of the hyperbolic cosine',
  source: 'test',
  params: parameters({ scale: { type: 'number', exclusiveMinimum: 0, default: 1 } }),
  target: { type: 'array', items: { type: 'number' }, minItems: 1 },
  capabilities: { convex: true, nonnegative: true },
  create: ({ scale }) => ({
    reject: (t, m) => (t.length === m ? undefined : `should have ${m} entries, got ${t.length}`),
    program(y, t) {
      const d = multiply(subtract(y, t), scale);
      return sum(subtract(add(d, softplus(multiply(-2, d))), Math.LN2));
    },
  }),
  sample: (_params, rng, rows) => mse.sample({}, rng, rows),
});

describe('defineProgramLoss', () => {
  const compare = <Target, Params extends object>(
    program: LossPlugin<Target, Params>,
    kernel: LossPlugin<Target, Params>,
    params: Params,
  ): void => {
    const [lossOfProgram, lossOfKernel] = [checked(program, params), checked(kernel, params)];
    for (let seed = 0; seed < 5; seed++) {
      const { y, targets } = kernel.sample(params, createRng(seed), 7);
      const [got, expected] = [lossOfProgram, lossOfKernel].map((loss) => loss.evaluate(y, targets, createRng(0)));
      const close = (a: Float64Array, b: Float64Array): void => {
        const size = Math.max(1, ...b.map(Math.abs));
        a.forEach((entry, k) => expect(entry).to.be.closeTo(b[k], 1e-10 * size));
      };
      close(got.value, expected.value);
      close(got.gradient().data, expected.gradient().data);
      close(got.hessian!().blocks().data, expected.hessian!().blocks().data);
      close(got.hessian!().times(y).data, expected.hessian!().times(y).data);
    }
  };

  it('gives what the hand-written mse gives', () => compare(mseProgram, mse, {}));
  it('gives what the hand-written softmax-cross-entropy gives', () => compare(softmaxProgram, softmaxCrossEntropy, {}));
  it('gives what the SoftSort kernel gives', () =>
    compare(softsortProgram, softsort, { temperature: 0.3, crossEntropy: 'binary' }));

  for (
    const [plugin, params] of [[logCosh, {}], [logCosh, { scale: 3 }], [mseProgram, {}], [softmaxProgram, {}]] as [
      LossPlugin,
      object,
    ][]
  ) {
    it(`gives a plugin that conforms: ${plugin.name} ${JSON.stringify(params)}`, () => {
      const results = runConformance(plugin, { params });
      expect(results.flatMap(({ failure }) => failure?.message ?? [])).to.deep.equal([]);
      const passed = results.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check);
      expect(passed).to.include.members(['gradient-differences', 'hessian-differences', 'hvp-differences', 'convex']);
    });
  }

  it('declares what follows from the program, and what the author says', () => {
    expect(logCosh.capabilities).to.deep.equal({
      ...{
        gradient: 'exact',
        hessian: 'exact',
        convex: true,
        nonnegative: true,
        deterministic: true,
        fisher: true,
      },
    });
    const rough = withCapabilities({ gradient: 'subgradient', fisher: false });
    expect(rough.capabilities).to.include({ gradient: 'subgradient', fisher: false, hessian: 'exact' });
  });

  it('gives products alone where that is declared, by the plugin or for its parameters', () => {
    const y = batchOf([[1, 2]]);
    for (const plugin of [withCapabilities({ hessian: 'products' }), withCapabilities({}, { hessian: 'products' })]) {
      const e = checked(plugin).evaluate(y, [[0, 0]], createRng(0));
      expect(e.hessian!().known).to.equal('products');
      expect([...e.hessian!().times(y).data]).to.deep.equal([1, 2]);
    }
  });

  it('hands the program the stream of noise', () => {
    const noisy = asProgram(mse, () => ({
      program: (y, t, rng) => sum(multiply(y, t.map((_, i) => [rng.split(i).normal()]))),
    }));
    const e = checked(noisy).evaluate(batchOf([[1, 2], [3, 4]]), [[0, 0], [0, 0]], createRng(5));
    const noise = [0, 1].map((i) => createRng(5).split(i).normal());
    expect(e.gradient()).to.deep.equal(batchOf(noise.map((z) => [z, z])));
  });
});

/** Half the squared length of y. */
function withCapabilities(ofPlugin: Partial<Capabilities>, ofLoss: Partial<Capabilities> = {}): LossPlugin<number[]> {
  const capabilities = { convex: true, nonnegative: true, ...ofPlugin };
  return defineProgramLoss({
    ...mse,
    capabilities,
    create: () => ({ capabilities: ofLoss, program: (y) => multiply(0.5, sum(square(y))) }),
  });
}
