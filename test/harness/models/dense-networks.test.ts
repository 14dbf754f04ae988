import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { checked } from '../../../core/checked.js';
import type { Factors } from '../../../core/factors.js';
import { createRng } from '../../../core/random/rng.js';
import { fillParams } from '../../../core/validation.js';
import type { Model, ModelPlan } from '../../../harness/models/index.js';
import linear from '../../../harness/models/linear.js';
import mlp from '../../../harness/models/mlp.js';
import { useBackend } from '../../../node/tfjs/index.js';
import mse from '../../../plugins/mse.js';
import { toBatch } from '../../../tfjs/tensor-batch.js';
import { randomTensor, slopeError } from './slope.js';

const create = <P extends object>(plan: ModelPlan<P>, params: Partial<P>, input = [2, 3], outputs = 2): Model =>
  plan.create(fillParams(plan, params), { input, outputs, rng: createRng(3) });

const functions = {
  relu: (a: number) => Math.max(a, 0),
  tanh: Math.tanh,
  softplus: (a: number) => Math.log1p(Math.exp(a)),
};
type Name = keyof typeof functions;

/** The outputs for a sample, in float64, with layers [W, b, W, b, ...] as arrays. */
function outputsOf(arrays: readonly Float64Array[], x: readonly number[], f: (a: number) => number): number[] {
  let u = [...x];
  for (let k = 0; k < arrays.length; k += 2) {
    const [W, b] = [arrays[k], arrays[k + 1]];
    const a = Array.from(b, (bj, j) => u.reduce((sum, ui, i) => sum + ui * W[i * b.length + j], bj));
    u = k + 2 < arrays.length ? a.map(f) : a;
  }
  return u;
}

/** Matrix i of the factors, row-major. */
function blockOf({ rank, weights, left }: Factors, i: number): number[] {
  const p = left.cols;
  const H = new Array<number>(p * p).fill(0);
  for (let k = i * rank; k < (i + 1) * rank; k++) {
    for (let e = 0; e < p * p; e++) {
      H[e] += weights[k] * left.data[k * p + Math.floor(e / p)] * left.data[k * p + (e % p)];
    }
  }
  return H;
}

describe('dense networks', () => {
  before(() => useBackend('cpu'));

  it('take inputs of any shape, flat, and are what their formula says', () => {
    const cases: [Model, Name][] = [[create(linear, {}), 'relu']];
    for (const activation of Object.keys(functions) as Name[]) {
      cases.push([create(mlp, { hidden: [5, 4], activation }), activation]);
    }
    for (const [model, name] of cases) {
      tf.tidy(() => {
        const x = randomTensor([4, 2, 3], createRng(1));
        const y = model.predict(x);
        expect(y.shape).to.deep.equal([4, 2]);
        const arrays = model.variables.map((variable) => Float64Array.from(variable.dataSync()));
        const values = [...y.dataSync()];
        const flat = [...x.dataSync()];
        for (let i = 0; i < 4; i++) {
          outputsOf(arrays, flat.slice(6 * i, 6 * i + 6), functions[name]).forEach((expected, j) =>
            expect(values[2 * i + j]).to.be.closeTo(expected, 1e-6)
          );
        }
      });
      model.dispose();
    }
  });

  it('start uniform on one over the root of the fan in', () => {
    const model = create(mlp, { hidden: [50] }, [100], 7);
    expect(model.variables.map(({ shape }) => shape)).to.deep.equal([[100, 50], [50], [50, 7], [7]]);
    for (const [k, fanIn] of [100, 100, 50, 50].entries()) {
      const largest = model.variables[k].dataSync<'float32'>().reduce(
        (most, value) => Math.max(most, Math.abs(value)),
        0,
      );
      expect(largest * Math.sqrt(fanIn)).to.be.within(0.5, 1);
    }
    model.dispose();
  });

  for (const activation of Object.keys(functions) as Name[]) {
    it(`${activation}: its gradient is the slope`, () => {
      const model = create(mlp, { hidden: [4], activation });
      const rng = createRng(4);
      const [x, weights] = [randomTensor([1, 2, 3], rng), randomTensor([1, 2], rng)];
      const loss = (): tf.Scalar => tf.sum(tf.mul(model.predict(x), weights));
      const { grads } = tf.variableGrads(loss, model.variables);
      for (const variable of model.variables) {
        expect(slopeError(variable, grads[variable.name], loss, rng)).to.be.below(2e-4);
      }
      tf.dispose([x, weights, grads]);
      model.dispose();
    });

    it(`${activation}: the Hessians by the parameters of its layers are the differences of the loss`, () => {
      const model = create(mlp, { hidden: [3], activation });
      const arrays = model.variables.map((variable) => Float64Array.from(variable.dataSync()));
      const targets = [[0.5, -1], [2, 0.3]];
      const x = randomTensor([2, 2, 3], createRng(1));
      const flat = [...x.dataSync()];
      let hessians: Factors[] = [];
      tf.tidy(() => {
        const pass = model.through!(x, (theta) => theta);
        const y = toBatch(pass.y, 'test');
        hessians = pass.hessians!(checked(mse).evaluate(y, targets, createRng(0)));
      });
      for (const [layer, factors] of hessians.entries()) {
        const [W, b] = [arrays[2 * layer], arrays[2 * layer + 1]];
        const p = W.length + b.length;
        const at = (k: number): [Float64Array, number] => (k < W.length ? [W, k] : [b, k - W.length]);
        const loss = (i: number): number =>
          outputsOf(arrays, flat.slice(6 * i, 6 * i + 6), functions[activation])
            .reduce((sum, y, j) => sum + (y - targets[i][j]) ** 2 / 2, 0);
        const h = 1e-4; // error of second differences: h^2 + 1e-16 / h^2, times derivatives of order 1
        const moved = (i: number, k: number, l: number, s: number, t: number): number => {
          const [[one, e], [other, g]] = [at(k), at(l)];
          one[e] += s * h;
          other[g] += t * h;
          const value = loss(i);
          one[e] -= s * h;
          other[g] -= t * h;
          return value;
        };
        for (const i of [0, 1]) {
          const H = blockOf(factors, i);
          for (let e = 0; e < p * p; e++) {
            const [k, l] = [Math.floor(e / p), e % p];
            const difference =
              (moved(i, k, l, 1, 1) - moved(i, k, l, 1, -1) - moved(i, k, l, -1, 1) + moved(i, k, l, -1, -1)) /
              (4 * h * h);
            expect(H[e]).to.be.closeTo(difference, 1e-5);
          }
        }
      }
      x.dispose();
      model.dispose();
    });
  }
});
