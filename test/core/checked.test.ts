import type { CheckedEvaluation } from '../../core/checked-evaluation.js';
import { byProducts, dense, type Matrices, outerProducts } from '../../core/matrices.js';
import { expect } from 'chai';
import { type Batch, batchOf, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { fillParams } from '../../core/validation.js';
import { defineLoss } from '../../core/define.js';
import type { LossError } from '../../core/errors.js';
import type { Capabilities, Evaluation, Loss, LossPlugin } from '../../core/loss.js';
import { textOf } from '../../core/messages.js';
import { parameters } from '../../core/parameters.js';
import { createRng, type Rng } from '../../core/random/rng.js';
import { codeOf } from '../harness/helpers.js';
import { wrongValues } from './wrong-values.js';

interface Params {
  scale: number;
  mode: 'a' | 'b';
}

interface Changes {
  readonly e?: Partial<Evaluation>;
  readonly loss?: Partial<Loss<number>>;
  readonly capabilities?: Partial<Capabilities>;
}

const y = batchOf([[1, 2], [3, 4], [5, 6]]);
const targets = [0, 1, 2];
const rng = createRng(0);

/** value = scale * sum of the row, with everything an evaluation can have, except for the changes. */
function pluginWith({ e = {}, loss = {}, capabilities = {} }: Changes = {}): LossPlugin<number, Params> {
  return defineLoss({
    name: 'linear',
    title: 'Linear',
    source: 'none',
    params: parameters({
      scale: { type: 'number', exclusiveMinimum: 0, default: 2 },
      mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
    }),
    target: { type: 'integer', minimum: 0 },
    capabilities: {
      gradient: 'exact',
      hessian: 'exact',
      convex: true,
      nonnegative: false,
      deterministic: true,
      fisher: true,
      ...capabilities,
    },
    create: ({ scale }) => ({
      outputs: 2,
      reject: (t, m) => (t <= m ? undefined : `should be at most ${m}, got ${t}`),
      evaluate: (at) => ({
        value: Float64Array.from({ length: at.rows }, (_, i) => scale * (at.data[2 * i] + at.data[2 * i + 1])),
        gradient: () => ({ ...at, data: at.data.map(() => scale) }),
        hessian: () => zeros(at.rows, 4),
        gaussNewton: () => zeros(at.rows, 4),
        ...e,
      }),
      ...loss,
    }),
    sample: () => ({ y, targets }),
  });
}

/** The same stream as an object of functions. */
function boundTo(stream: Rng): Rng {
  return {
    uniform: () => stream.uniform(),
    uniforms: (out) => stream.uniforms(out),
    normal: () => stream.normal(),
    gumbel: () => stream.gumbel(),
    integer: (n) => stream.integer(n),
    permutation: (n) => stream.permutation(n),
    split: (i) => stream.split(i),
  };
}

describe('checked', () => {
  it('lets what is right through', () => {
    const loss = checked(pluginWith());
    const e = loss.evaluate(y, targets, rng);
    expect([...e.value]).to.deep.equal([6, 14, 22]);
    expect(e.gradient().data[0]).to.equal(2);
    expect(e.hessian!().blocks().cols).to.equal(4);
    expect(e.gaussNewton!().blocks().cols).to.equal(4);
    expect(e.hessian!().times(y).cols).to.equal(2);
    expect(loss.plugin.name).to.equal('linear');
    expect(loss.outputs).to.equal(2);
  });

  it('fills in and freezes a copy of the parameters', () => {
    const given = { scale: 3 };
    const { params } = checked(pluginWith(), given);
    expect(params).to.deep.equal({ scale: 3, mode: 'a' });
    expect(given).to.deep.equal({ scale: 3 });
    expect(Object.isFrozen(params)).to.equal(true);
  });

  it('refuses parameters', () => {
    const wrong: object[] = [{ scale: 0 }, { scale: '1' }, { scale: NaN }, { mode: 'c' }, { more: 1 }, {
      scale: () => 1,
    }];
    for (const params of wrong) {
      expect(codeOf(() => checked(pluginWith(), params)), Object.keys(params)[0]).to.equal('PARAMS');
    }
    expect(codeOf(() => checked(pluginWith(), null as unknown as object))).to.equal('PARAMS');
  });

  it('refuses parameters within themselves, and takes those that are in several places', () => {
    const { plugin, nested } = { plugin: pluginWith(), nested: { more: {} as object } };
    nested.more = nested;
    expect(codeOf(() => checked(plugin, nested as object))).to.equal('PARAMS');
    let wide: object = {};
    for (let level = 0; level < 50; level++) wide = { a: wide, b: wide };
    expect(codeOf(() => checked(plugin, { wide } as object))).to.equal('PARAMS');
    const shared = [1, 1];
    const open = {
      name: 'open',
      params: { type: 'object', properties: { a: {}, b: {} }, additionalProperties: false },
    };
    expect(fillParams(open, { a: shared, b: [shared] })).to.deep.equal({ a: [1, 1], b: [[1, 1]] });
  });

  it('refuses each argument in turn', () => {
    const { evaluate } = checked(pluginWith());
    const float32 = { ...y, data: Float32Array.from(y.data) } as unknown as Batch;
    const wrong: [string, () => unknown][] = [
      ['SHAPE', () => evaluate(zeros(0, 2), [], rng)],
      ['SHAPE', () => evaluate(batchOf([[1, 2, 3]]), [0], rng)],
      ['SHAPE', () => evaluate({ ...y, rows: 4 }, [0, 1, 2, 0], rng)],
      ['SHAPE', () => evaluate({ ...y, data: y.data.slice(1) }, targets, rng)],
      ['SHAPE', () => evaluate(float32, targets, rng)],
      ['SHAPE', () => evaluate([[1, 2]] as unknown as Batch, [0], rng)],
      ['NONFINITE', () => evaluate(batchOf([[1, NaN]]), [0], rng)],
      ['NONFINITE', () => evaluate(batchOf([[1, -Infinity]]), [0], rng)],
      ['SHAPE', () => evaluate(y, [0, 1], rng)],
      ['SHAPE', () => evaluate(y, undefined as unknown as number[], rng)],
      ['TARGET', () => evaluate(y, [0, 1, 0.5], rng)],
      ['TARGET', () => evaluate(y, [0, 1, null as unknown as number], rng)],
      ['TARGET', () => evaluate(y, [0, 1, 3], rng)],
    ];
    wrong.forEach(([code, call], k) => expect(codeOf(call), `case ${k}`).to.equal(code));
  });

  it('refuses any other kind of thing in the place of each argument', () => {
    const loss = checked(pluginWith());
    const right = ['{}', 'null', 'undefined'];
    for (const wrong of wrongValues()) {
      const text = textOf(wrong);
      expect(codeOf(() => loss.evaluate(wrong as Batch, targets, rng)), text).to.equal('SHAPE');
      expect(codeOf(() => loss.evaluate(y, wrong as number[], rng)), text).to.equal('SHAPE');
      if (!Number.isSafeInteger(wrong) || (wrong as number) < 0) {
        expect(codeOf(() => loss.evaluate(y, [0, 1, wrong as number], rng)), text).to.equal('TARGET');
        expect(codeOf(() => loss.sample(rng, wrong as number)), text).to.equal('SHAPE');
      }
      expect(codeOf(() => loss.evaluate(y, targets, rng).hessian!().times(wrong as Batch)), text).to.equal('SHAPE');
      expect(codeOf(() => loss.sample(wrong as Rng, 2)), text).to.equal('UNSUPPORTED');
      if (!right.includes(text)) {
        expect(codeOf(() => checked(pluginWith(), wrong as object)), text).to.equal('PARAMS');
        if (typeof wrong !== 'number') {
          expect(codeOf(() => checked(pluginWith(), { scale: wrong } as object)), text).to.equal('PARAMS');
        }
      }
      for (const part of ['rows', 'cols', 'data']) {
        if (wrong !== 3 && wrong !== 2) {
          expect(codeOf(() => loss.evaluate({ ...y, [part]: wrong }, targets, rng)), `${part} ${text}`).to.equal(
            'SHAPE',
          );
        }
      }
    }
  });

  it('needs an rng where there is noise, and nowhere else', () => {
    const evaluate = (deterministic: boolean, given: unknown): number =>
      checked(pluginWith({ capabilities: { deterministic } })).evaluate(y, targets, given as Rng).value[0];
    for (const given of [rng, { ...rng, ...boundTo(rng) }]) expect(evaluate(false, given)).to.equal(6);
    const noUniforms = { ...boundTo(rng), uniforms: undefined };
    for (const wrong of [...wrongValues(), Math.max, 7, { uniform: Math.abs }, noUniforms]) {
      expect(codeOf(() => evaluate(false, wrong)), textOf(wrong)).to.equal('UNSUPPORTED');
      expect(evaluate(true, wrong)).to.equal(6);
    }
    const byParams = pluginWith({ loss: { capabilities: { deterministic: false } } });
    expect(codeOf(() => checked(byParams).evaluate(y, targets, undefined as unknown as Rng))).to.equal('UNSUPPORTED');
    expect(() => evaluate(false, undefined)).to.throw(/linear.*evaluate.*rng.*createRng/);
  });

  it('takes any number of outputs where the plugin does, but at least one', () => {
    const { evaluate } = checked(pluginWith({ loss: { outputs: undefined } as unknown as Partial<Loss<number>> }));
    expect(codeOf(() => evaluate(zeros(3, 0), targets, rng))).to.equal('SHAPE');
  });

  it('refuses v', () => {
    const H = checked(pluginWith()).evaluate(y, targets, rng).hessian!();
    expect(codeOf(() => H.times(batchOf([[1, 2]])))).to.equal('SHAPE');
    expect(codeOf(() => H.times(batchOf([[1], [2], [3]])))).to.equal('SHAPE');
    expect(codeOf(() => H.times(batchOf([[1, 2], [3, 4], [5, NaN]])))).to.equal('NONFINITE');
  });

  it('refuses what the plugin gives', () => {
    const nan = { ...y, data: y.data.map((x, k) => (k === 3 ? NaN : x)) };
    const withMean = (mean: () => Float64Array): Matrices => ({ ...dense(zeros(3, 4)), mean });
    const wrong: [string, Partial<Evaluation>, (e: CheckedEvaluation) => unknown][] = [
      ['SHAPE', { value: new Float64Array(2) }, (e) => e],
      ['NONFINITE', { value: Float64Array.of(1, NaN, 2) }, (e) => e],
      ['SHAPE', { gradient: () => zeros(2, 3) }, (e) => e.gradient()],
      ['NONFINITE', { gradient: () => nan }, (e) => e.gradient()],
      ['SHAPE', { hessian: () => zeros(3, 2) }, (e) => e.hessian!().blocks()],
      ['SHAPE', { gaussNewton: () => zeros(3, 2) }, (e) => e.gaussNewton!().blocks()],
      ['SHAPE', { hessian: () => byProducts(() => zeros(3, 4), 3, 2) }, (e) => e.hessian!().times(y)],
      ['SHAPE', { hessian: () => byProducts(() => y, 3, 2, () => zeros(3, 2)) }, (e) => e.hessian!().blocks()],
      ['SHAPE', { hessian: () => byProducts(() => y, 2, 2) }, (e) => e.hessian!()],
      ['SHAPE', { hessian: () => outerProducts(zeros(3, 3)) }, (e) => e.hessian!()],
      ['NONFINITE', { hessian: () => byProducts(() => nan, 3, 2) }, (e) => e.hessian!().times(y)],
      ['NONFINITE', { hessian: () => byProducts(() => nan, 3, 2) }, (e) => e.hessian!().blocks()],
      ['NONFINITE', { hessian: () => byProducts(() => nan, 3, 2) }, (e) => e.hessian!().mean()],
      ['SHAPE', { hessian: () => byProducts(() => y, 3, 2, () => zeros(3, 6)) }, (e) => e.hessian!().mean()],
      ['SHAPE', { hessian: () => withMean(() => zeros(1, 3).data) }, (e) => e.hessian!().mean()],
      ['SHAPE', { hessian: () => withMean(() => [1, 0, 0, 1] as unknown as Float64Array) }, (e) => e.hessian!().mean()],
      ['NONFINITE', { hessian: () => withMean(() => zeros(2, 2).data.fill(NaN)) }, (e) => e.hessian!().mean()],
      ['UNSUPPORTED', { hessian: () => withMean(() => expect.fail('lost')) }, (e) => e.hessian!().mean()],
      ['NONFINITE', { gaussNewton: () => outerProducts(nan) }, (e) => e.gaussNewton!()],
    ];
    for (const [code, e, call] of wrong) {
      const act = (): unknown => call(checked(pluginWith({ e })).evaluate(y, targets, rng));
      expect(codeOf(act), Object.keys(e)[0]).to.equal(code);
    }
  });

  it('says which sample makes a mean what is not finite', () => {
    const blocks = zeros(3, 4);
    blocks.data[6] = Infinity;
    const plugin = pluginWith({ e: { hessian: () => byProducts(() => y, 3, 2, () => blocks) } });
    expect(() => checked(plugin).evaluate(y, targets, rng).hessian!().mean())
      .to.throw('got Infinity at sample 1, index 2')
      .with.property('code', 'NONFINITE');
  });

  it('refuses methods that are not as declared', () => {
    const none = pluginWith({ capabilities: { hessian: 'none' } });
    expect(codeOf(() => checked(none).evaluate(y, targets, rng))).to.equal('UNSUPPORTED');
    const absent = { e: { hessian: undefined } as unknown as Partial<Evaluation> };
    expect(codeOf(() => checked(pluginWith(absent)).evaluate(y, targets, rng))).to.equal('UNSUPPORTED');
  });

  it('takes the capabilities that hold for the parameters', () => {
    const { capabilities } = checked(pluginWith({ loss: { capabilities: { convex: false } } }));
    expect(capabilities).to.include({ convex: false, gradient: 'exact' });
  });

  it('names the plugin, what was expected and what came', () => {
    try {
      checked(pluginWith()).evaluate(batchOf([[1, 2], [3, NaN]]), [0, 0], rng);
    } catch (error) {
      expect((error as LossError).message).to.match(/linear.*y.*finite.*NaN.*sample 1.*index 1/);
      return;
    }
    expect.fail('should have thrown');
  });

  it('gives the plugin copies, so that y and targets that are changed later change no result', () => {
    const late = defineLoss({
      ...pluginWith(),
      target: {
        type: 'object',
        properties: { at: { type: 'array', items: { type: 'number' } } },
        required: ['at'],
        additionalProperties: false,
      },
      create: () => ({
        evaluate: (point, ts) => ({
          value: new Float64Array(point.rows),
          gradient: () => ({
            ...point,
            data: point.data.map((x, k) => x - ts[Math.floor(k / point.cols)].at[k % point.cols]),
          }),
          hessian: () => zeros(point.rows, point.cols ** 2),
        }),
      }),
      sample: () => ({ y, targets: [] }),
    });
    const point = batchOf([[1, 2]]);
    const target = { at: [5, 5] };
    const given = [target];
    const e = checked(late).evaluate(point, given, rng);
    point.data.fill(100);
    target.at[0] = 100;
    given[0] = { at: [7, 7] };
    expect([...e.gradient().data]).to.deep.equal([-4, -3]);
  });
});
