import type { TensorStep } from '../../../tfjs/index.js';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { zeros } from '../../../core/batch.js';
import { checked, type CheckedLoss } from '../../../core/checked.js';
import { fillParams } from '../../../core/validation.js';
import type { Curvature } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import type { NewtonSettings } from '../../../harness/experiments/experiment.js';
import type { Model } from '../../../harness/models/index.js';
import plan from '../../../harness/models/relu-programs.js';
import { useBackend } from '../../../node/tfjs/index.js';
import { createTraining, type Training } from '../../../harness/run/training.js';
import mse from '../../../plugins/mse.js';
import { codeOf } from '../helpers.js';
import { expectClose, normal } from '../../tfjs/close.js';

const [N, INPUTS, UNITS, LAMBDA] = [8, 2, 3, 0.3];
const targets = Array.from({ length: N }, (_, i) => [Math.sin(i)]);
const p = INPUTS * UNITS + UNITS;

/** Two layers of programs; in the first, W (2, 3) and b (3). */
function create(): Model {
  const params = fillParams(plan, { units: [UNITS, UNITS], deviation: 1 });
  return plan.create(params, { input: [INPUTS], outputs: 1, rng: createRng(3) });
}

function training(
  curvature: Curvature,
  changes: Partial<NewtonSettings> = {},
  loss: CheckedLoss = checked(mse),
): Training {
  const settings: NewtonSettings = {
    ...{ curvature, lambda: LAMBDA, at: 'layers', scope: 'batch', definiteness: 'tikhonov', solver: 'auto' },
    ...{ products: 'all', onSingular: 'error' },
    ...changes,
  };
  return createTraining(loss, settings, { curvature, reason: 'Asked for.' });
}

function gradients(model: Model, given: Training): Float32Array[] {
  return gradientsAndStep(model, given).arrays;
}

function gradientsAndStep(model: Model, given: Training): { arrays: Float32Array[]; step: TensorStep } {
  const x = normal([N, INPUTS], 2);
  let step: TensorStep | undefined;
  const minimise = (): tf.Scalar => (step = given(model, x, targets, createRng(0))).value;
  const { value, grads } = tf.variableGrads(minimise, model.variables);
  const arrays = model.variables.map(({ name }) => grads[name].dataSync<'float32'>());
  tf.dispose([x, value, grads]);
  return { arrays, step: step! };
}

/** By the parameters of the first layer, by hand: Jacobians of the output (N, p), and gradients of the samples. */
function firstLayer({ variables }: Model): { G: Matrix; J: Matrix } {
  const matrix = (k: number): number[][] => variables[k].arraySync() as number[][];
  const vector = (k: number): number[] => variables[k].arraySync() as number[];
  const x = tf.tidy(() => normal([N, INPUTS], 2).arraySync() as number[][]);
  const affine = (u: number[], k: number): number[] =>
    vector(k + 1).map((b, a) => u.reduce((sum, value, j) => sum + value * matrix(k)[j][a], b));
  const jacobian: number[][] = [];
  const residual: number[] = [];
  x.forEach((u, i) => {
    const [a1, on] = [affine(u, 0), (a: number): number => (a > 0 ? 1 : 0)];
    const a2 = affine(a1.map((a) => a * on(a)), 2);
    residual.push(affine(a2.map((a) => a * on(a)), 4)[0] - targets[i][0]);
    const back2 = a2.map((a, k) => on(a) * matrix(4)[k][0]);
    const back1 = a1.map((a, j) => on(a) * back2.reduce((sum, value, k) => sum + value * matrix(2)[j][k], 0));
    jacobian.push([...u, 1].flatMap((value) => back1.map((back) => value * back)));
  });
  return { J: new Matrix(jacobian), G: new Matrix(jacobian.map((row, i) => row.map((value) => value * residual[i]))) };
}

/** The mean of (C + lambda I)^-1 g_i. */
function meanDirection(C: Matrix, G: Matrix): number[] {
  const D = G.mmul(inverse(Matrix.add(C, Matrix.eye(p, p, LAMBDA))));
  return D.mean('column');
}

const firstGradient = (arrays: readonly Float32Array[]): number[] => [...arrays[0], ...arrays[1]];

describe('Newton steps at layers', () => {
  before(() => useBackend('wasm'));
  let model: Model;
  beforeEach(() => (model = create()));
  afterEach(() => model.dispose());

  it('none: the gradient of the mean loss', () => {
    expectClose(firstGradient(gradients(model, training('none'))), firstLayer(model).G.mean('column'), 1e-5);
  });

  it('fisher: the mean of (G^T G / N + lambda I)^-1 g_i, dense', () => {
    const { G } = firstLayer(model);
    const C = G.transpose().mmul(G).div(N);
    expectClose(firstGradient(gradients(model, training('fisher'))), meanDirection(C, G), 1e-5);
  });

  it('hessian: the mean of (mean H_i + lambda I)^-1 g_i, dense, H_i = J^T J', () => {
    const { G, J } = firstLayer(model);
    const C = J.transpose().mmul(J).div(N);
    expectClose(firstGradient(gradients(model, training('hessian'))), meanDirection(C, G), 1e-5);
  });

  it('leaves the last layer its gradient', () => {
    const curvatures = ['none', 'fisher', 'hessian'] as const;
    const [plain, fisher, hessian] = curvatures.map((curvature) => gradients(model, training(curvature)));
    for (const arrays of [fisher, hessian]) {
      for (const k of [4, 5]) expectClose(arrays[k], plain[k], 1e-6);
      for (const k of [2, 3]) expect([...arrays[k]]).not.to.deep.equal([...plain[k]]);
    }
  });

  it('a large lambda leaves the gradient over lambda', () => {
    const plain = gradients(model, training('none'));
    for (const curvature of ['fisher', 'hessian'] as const) {
      const damped = gradients(model, training(curvature, { lambda: 1e6 }));
      for (const k of [0, 1, 2, 3]) expectClose(damped[k].map((d) => 1e6 * d), plain[k], 1e-4);
    }
  });

  it('reports the loss itself, and the extremes of both layers', () => {
    const { G } = firstLayer(model);
    const { step: info } = gradientsAndStep(model, training('fisher'));
    const { step: plain } = gradientsAndStep(model, training('none'));
    expect(info).to.include({ curvature: 'fisher', reason: 'Asked for.', skipped: false });
    expect(info.loss).to.be.closeTo(plain.loss, 1e-6);
    const { smallestEigenvalue, largestEigenvalue, largestLambda, skippedShare } = info.diagnostics!();
    const first = new EigenvalueDecomposition(G.transpose().mmul(G).div(N)).realEigenvalues;
    expect(smallestEigenvalue).to.be.at.most(Math.min(...first) + 1e-6);
    expect(largestEigenvalue).to.be.at.least(Math.max(...first) * (1 - 1e-5));
    expect([largestLambda, skippedShare]).to.deep.equal([LAMBDA, 0]);
  });

  it('refuses a loss without Hessian where that is asked for, and networks without layers', () => {
    const evaluation = { value: new Float64Array(N), gradient: () => zeros(N, 1) };
    const loss = { ...checked(mse), evaluate: () => evaluation } as CheckedLoss;
    expect(codeOf(() => gradients(model, training('hessian', {}, loss)))).to.equal('UNSUPPORTED');
    const flat = { ...model };
    delete flat.through;
    expect(codeOf(() => gradients(flat, training('fisher')))).to.equal('UNSUPPORTED');
  });
});
