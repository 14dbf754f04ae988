import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import {
  add,
  constant,
  createTape,
  multiply,
  relu,
  slice,
  square,
  subtract,
  type Var,
} from '../../../core/autodiff/index.js';
import { type Batch, zeros } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { fillParams } from '../../../core/validation.js';
import { LossError } from '../../../core/errors.js';
import { type Factors, timesFactors } from '../../../core/factors.js';
import { createRng } from '../../../core/random/rng.js';
import type { Model } from '../../../harness/models/index.js';
import plan from '../../../harness/models/relu-programs.js';
import { toBatch } from '../../../tfjs/tensor-batch.js';
import { useBackend } from '../../../node/tfjs/index.js';
import mse from '../../../plugins/mse.js';
import { expectClose, normal } from '../../tfjs/close.js';
import { slopeError } from './slope.js';

const N = 6;
const INPUTS = 3;
/** Wide enough that no unit of these samples is near its kink. */
const params = { units: [4, 2], deviation: 1 };

function create(seed = 1, given: object = params): Model {
  return plan.create(fillParams(plan, given), { input: [INPUTS], outputs: 2, rng: createRng(seed) });
}

const targets = Array.from({ length: N }, (_, i) => [Math.sin(i), Math.cos(i)]);
const same = (theta: tf.Tensor2D): tf.Tensor2D => theta;

/** The network with ReLU layers in place of the programs. */
function plain({ variables }: Model, x: tf.Tensor): tf.Tensor {
  const affine = (u: tf.Tensor, k: number): tf.Tensor =>
    tf.add(tf.matMul(u as tf.Tensor2D, variables[k] as tf.Tensor2D), variables[k + 1]);
  return affine(tf.relu(affine(tf.relu(affine(x, 0)), 2)), 4);
}

/** The same on a tape, as a loss of the parameters of layer `injected`, a row a sample. */
function lossOfParameters(model: Model, x: Batch, injected: number): (theta: Var) => Var {
  const arrays = model.variables.map((variable) => Array.from(variable.dataSync()));
  const column = (j: number): number[][] => Array.from({ length: N }, (_, i) => [x.data[i * INPUTS + j]]);
  return (theta) => {
    const first = slice(theta, 0, 1);
    let h = Array.from({ length: INPUTS }, (_, j) => constant(first, column(j)));
    for (let k = 0; k < 3; k++) {
      const [inputs, own, width] = [h, [...arrays[2 * k], ...arrays[2 * k + 1]], arrays[2 * k + 1].length];
      const parameter = (at: number): Var =>
        k === injected ? slice(theta, at, at + 1) : constant(first, Array.from({ length: N }, () => [own[at]]));
      h = Array.from({ length: width }, (_, a) => {
        const terms = inputs.map((u, j) => multiply(u, parameter(j * width + a)));
        const sum = terms.reduce((total, term) => add(total, term), parameter(inputs.length * width + a));
        return k < 2 ? relu(sum) : sum;
      });
    }
    const errors = h.map((y, o) => square(subtract(y, targets.map((t) => [t[o]]))));
    return multiply(0.5, errors.reduce((total, error) => add(total, error)));
  };
}

describe('relu-programs', () => {
  before(() => useBackend('wasm'));

  it('is a network of ReLU layers, also through repeated parameters, and shows each layer its own', () => {
    const model = create();
    tf.tidy(() => {
      const x = normal([N, INPUTS], 2);
      expectClose(model.predict(x).dataSync(), plain(model, x).dataSync(), 1e-6);
      const seen: number[][] = [];
      const { y } = model.through!(x, (theta, k) => {
        seen[k] = [...theta.shape];
        const own = model.variables.slice(2 * k, 2 * k + 2).flatMap((variable) => [...variable.dataSync()]);
        for (let i = 0; i < N; i++) expect([...tf.slice(theta, [i, 0], [1, -1]).dataSync()]).to.deep.equal(own);
        return theta;
      });
      expectClose(y.dataSync(), plain(model, x).dataSync(), 1e-6);
      expect(seen).to.deep.equal([[N, 3 * 4 + 4], [N, 4 * 2 + 2]]);
    });
    model.dispose();
  });

  it('has the gradients of that network, which reach every variable, by either way', () => {
    const model = create();
    const x = normal([N, INPUTS], 2);
    const weights = normal([N, 2], 3);
    const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weights));
    const ways = [() => loss(model.predict(x)), () => loss(model.through!(x, same).y)];
    const expected = tf.variableGrads(() => loss(plain(model, x)), model.variables).grads;
    for (const way of ways) {
      const { grads } = tf.variableGrads(way, model.variables);
      for (const { name } of model.variables) expectClose(grads[name].dataSync(), expected[name].dataSync(), 1e-5);
    }
    const { grads } = tf.variableGrads(ways[0], model.variables);
    const rng = createRng(4);
    for (const variable of model.variables) {
      expect(Math.max(...grads[variable.name].dataSync().map(Math.abs))).to.be.above(0);
      expect(slopeError(variable, grads[variable.name], ways[0], rng)).to.be.below(1e-3);
    }
    tf.disposeVariables();
  });

  it('starts as the experiment says, the same for a seed: 840 normals with deviation 1e-3, and 21 weights', () => {
    const start = (seed: number): Model =>
      plan.create(fillParams(plan, {}), { input: [20], outputs: 1, rng: createRng(seed) });
    const [a, b, c] = [start(1), start(1), start(2)];
    const values = ({ variables }: Model): number[] => variables.flatMap((variable) => [...variable.dataSync()]);
    expect(values(a)).to.deep.equal(values(b)).and.not.to.deep.equal(values(c));
    expect(values(a)).to.have.lengthOf(840 + 21);
    const deviation = Math.sqrt(values(a).slice(0, 840).reduce((total, w) => total + w * w, 0) / 840);
    expect(deviation).to.be.closeTo(1e-3, (5 * 1e-3) / Math.sqrt(2 * 840)); // five standard errors
    expect(Math.max(...values(a).slice(840).map(Math.abs))).to.be.within(0.1, 1 / Math.sqrt(20));
    [a, b, c].forEach((model) => model.dispose());
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    const model = create();
    tf.tidy(() => {
      const x = normal([N, INPUTS], 2);
      model.predict(x);
      model.through!(x, same);
    });
    model.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuses inputs that are no vectors', () => {
    const open = (): Model => plan.create(fillParams(plan, {}), { input: [3, 2], outputs: 1, rng: createRng(1) });
    expect(open).to.throw(LossError, /\(3, 2\)/).with.property('code', 'SHAPE');
  });

  for (const layer of [0, 1]) {
    it(`Hessian by the parameters of layer ${layer}: that of a tape`, () => {
      const model = create();
      const x = normal([N, INPUTS], 2);
      const { hessians, theta } = hessiansAt(model, x);
      const program = lossOfParameters(model, toBatch(x, 'x'), layer);
      const tape = createTape().record(theta[layer], program);
      const directions = toBatch(normal([N, theta[layer].cols], 9), 'v');
      expectClose(timesFactors(hessians[layer], directions).data, tape.hessian().times(directions).data, 1e-5);
      tf.disposeVariables();
    });

    it(`Hessian by the parameters of layer ${layer}: differences of the gradient`, () => {
      const model = create();
      const x = normal([N, INPUTS], 2);
      const { hessians, theta } = hessiansAt(model, x);
      const { rows, cols } = theta[layer];
      const v = toBatch(normal([rows, cols], 9), 'v');
      const program = lossOfParameters(model, toBatch(x, 'x'), layer);
      const gradient = (t: number): Float64Array => {
        const at = theta[layer].data.map((value, k) => value + t * v.data[k]);
        return createTape().record({ rows, cols, data: at }, program).gradient().data;
      };
      const h = 1e-4;
      const [up, down] = [gradient(h), gradient(-h)];
      expectClose(timesFactors(hessians[layer], v).data, up.map((value, k) => (value - down[k]) / (2 * h)), 1e-5);
      tf.disposeVariables();
    });
  }

  it('gives Hessians of the rank of the outputs', () => {
    const model = create(1, { units: [4, 4], deviation: 1 });
    const { hessians } = hessiansAt(model, normal([N, INPUTS], 2));
    expect(hessians.map(({ rank }) => rank)).to.deep.equal([2, 2]);
    tf.disposeVariables();
  });

  it('has no Hessian for a loss that has none', () => {
    const model = create();
    tf.tidy(() => {
      const pass = model.through!(normal([N, INPUTS], 2), same);
      const evaluation = { value: new Float64Array(N), gradient: () => zeros(N, 2) };
      expect(() => pass.hessians!(evaluation)).to.throw(LossError).with.property('code', 'UNSUPPORTED');
    });
    model.dispose();
  });
});

/** Hessians of the loss `mse`, and the parameters of each layer, a row a sample. */
function hessiansAt(model: Model, x: tf.Tensor): { hessians: Factors[]; theta: Batch[] } {
  const theta: Batch[] = [];
  let hessians: Factors[] = [];
  tf.tidy(() => {
    const pass = model.through!(x, (repeated, k) => {
      theta[k] = toBatch(repeated, 'theta');
      return repeated;
    });
    hessians = pass.hessians!(checked(mse).evaluate(toBatch(pass.y, 'y'), targets, createRng(0)));
  });
  return { hessians, theta };
}
