import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { batchOf, row } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { defineLoss } from '../../core/define.js';
import type { Capabilities } from '../../core/loss.js';
import { newtonTarget } from '../../core/newton/index.js';
import { createRng } from '../../core/random/rng.js';
import { Adam, dense, type TensorLoss, toTensorLoss, toTensorStep, useBackend } from '../../node/tfjs/index.js';
import mse from '../../plugins/mse.js';
import softmaxCrossEntropy from '../../plugins/softmax-cross-entropy.js';
import { codeOf } from '../harness/helpers.js';
import { expectClose, normal } from './close.js';

/** 1/2 |y - noise|^2, without a Hessian. */
function noisyLoss(capabilities: Partial<Capabilities> = {}) {
  return checked(defineLoss({
    ...mse,
    name: 'noisy',
    target: { type: 'integer' },
    capabilities: { ...mse.capabilities, deterministic: false, hessian: 'none', ...capabilities },
    create: () => ({
      evaluate(y, _targets, rng) {
        const noise = (i: number): number => rng.split(i).normal();
        const gradient = batchOf(Array.from({ length: y.rows }, (_, i) => row(y, i).map((v) => v - noise(i))));
        return { value: new Float64Array(y.rows), gradient: () => gradient };
      },
    }),
    sample: () => ({ y: batchOf([[0]]), targets: [0] }),
  }));
}

const labels = [0, 2, 1, 1, 0, 2];
const outputs = (): tf.Tensor2D => normal([6, 3], 4) as tf.Tensor2D;

/**
 * A net of one hidden layer trained on a fixed batch by `steps` steps of Adam; its weights, and the losses on the way.
 */
function train<Target>(
  loss: TensorLoss<Target>,
  targets: Target[],
  steps: number,
): { weights: Float32Array[]; losses: number[] } {
  const variables = [[4, 8], [8], [8, 3], [3]].map((shape, k) => tf.variable(tf.mul(normal(shape, k), 0.5)));
  const [W1, b1, W2, b2] = variables as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
  const x = normal([6, 4], 7);
  const adam = new Adam({ learningRate: 0.05 });
  const losses = Array.from({ length: steps }, () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => loss(dense(dense(x, W1, b1, 'relu'), W2, b2, 'linear'), targets),
        variables,
      );
      adam.apply(variables, grads);
      return value.dataSync()[0];
    }));
  const weights = variables.map((variable) => variable.dataSync() as Float32Array);
  tf.dispose([...variables, x]);
  return { weights, losses };
}

for (const backend of ['cpu', 'wasm'] as const) {
  describe(`toTensorLoss on ${backend}`, () => {
    before(() => useBackend(backend));

    for (const curvature of ['hessian', 'fisher', 'none'] as const) {
      it(`${curvature}: value and gradient are those of the Newton loss, times what comes in`, () => {
        const loss = checked(softmaxCrossEntropy);
        const y = outputs();
        const batch = batchOf(y.arraySync());
        const evaluation = loss.evaluate(batch, labels, createRng(0));
        const expected = newtonTarget(evaluation, batch, { curvature, lambda: 0.2 });
        const tensorLoss = toTensorLoss(loss, { curvature, lambda: 0.2 });
        const { value, grad } = tf.valueAndGrad((x) => tf.mul(tensorLoss(x as tf.Tensor2D, labels), 3))(y);
        const plain = evaluation.value.reduce((sum, v) => sum + v, 0) / 6;
        expectClose(value.dataSync(), [3 * (curvature === 'none' ? plain : expected.loss)], 1e-6);
        expectClose(grad.dataSync(), expected.direction.data.map((d) => (3 * d) / 6), 1e-6);
        tf.dispose([y, value, grad]);
      });
    }

    it('without options, does what auto does, with settings of its own', () => {
      const y = outputs();
      const valueOf = (tensorLoss: TensorLoss<number>): Float32Array =>
        tf.tidy(() => Float32Array.from(tensorLoss(y, labels).dataSync()));
      const loss = checked(softmaxCrossEntropy);
      const recipe = { lambda: { relative: 1 }, definiteness: 'absolute' } as const;
      const expected = valueOf(toTensorLoss(loss, { curvature: 'hessian', ...recipe }));
      for (
        const tensorLoss of [toTensorLoss(loss), toTensorLoss(loss, {}), toTensorLoss(loss, { curvature: 'auto' })]
      ) {
        expect(valueOf(tensorLoss)).to.deep.equal(expected);
      }
      const other = valueOf(toTensorLoss(loss, { curvature: 'hessian', lambda: 2 }));
      expect(valueOf(toTensorLoss(loss, { lambda: 2 }))).to.deep.equal(other);
      y.dispose();
    });

    it('takes the same steps for the Newton loss of mse as for mse', () => {
      const targets = Array.from({ length: 6 }, (_, i) => [i % 2, -1, 0.3 * i]);
      const plain = train(toTensorLoss(checked(mse), { curvature: 'none' }), targets, 30);
      const newton = train(toTensorLoss(checked(mse), { curvature: 'hessian', lambda: 0 }), targets, 30);
      newton.weights.forEach((w, k) => {
        expectClose(w, plain.weights[k], 1e-5);
      });
      expectClose(newton.losses, plain.losses, 1e-5);
      expect(plain.losses.at(-1)).to.be.below(0.5 * plain.losses[0]);
    });

    it('trains with optimizer.minimize', () => {
      const tensorLoss = toTensorLoss(checked(softmaxCrossEntropy), { curvature: 'auto', lambda: 0.1 });
      const y = tf.variable(outputs());
      const optimizer = tf.train.sgd(1);
      const minimize = (): number =>
        tf.tidy(() => optimizer.minimize(() => tensorLoss(y as tf.Tensor as tf.Tensor2D, labels), true)!.dataSync()[0]);
      const losses = Array.from({ length: 20 }, minimize);
      expect(losses.at(-1)).to.be.below(0.2 * losses[0]);
      y.dispose();
    });

    it('tells each step: the loss itself, norms, direction, diagnostics, what was chosen and why', () => {
      const loss = checked(softmaxCrossEntropy);
      const y = outputs();
      const info = toTensorStep(loss, { curvature: 'auto', lambda: 0.1 })(y, labels);
      const alone = toTensorLoss(loss, { curvature: 'auto', lambda: 0.1 })(y, labels);
      expect(info.value.dataSync()).to.deep.equal(alone.dataSync());
      tf.dispose([info.value, alone]);
      const { value, gradient } = loss.evaluate(batchOf(y.arraySync()), labels, createRng(0));
      expect(info).to.include({ curvature: 'hessian', skipped: false });
      expect(info.reason).to.be.a('string');
      expectClose([info.loss], [value.reduce((sum, v) => sum + v, 0) / 6], 1e-12);
      expectClose(
        info.gradientNorms,
        Array.from({ length: 6 }, (_, i) => Math.hypot(...gradient().data.slice(3 * i, 3 * i + 3))),
        1e-12,
      );
      expect(info.direction).to.include({ rows: 6, cols: 3 });
      expect(info.diagnostics!().directionToGradient).to.be.above(0);
      y.dispose();
    });

    it('leaves no tensors behind in 1,000 steps', () => {
      const tensorLoss = toTensorLoss(checked(mse), { curvature: 'hessian', lambda: 0.1 });
      const y = tf.variable(normal([2, 3], 1));
      const optimizer = tf.train.sgd(0.01);
      const step = (): void => {
        optimizer.minimize(() => tensorLoss(y as tf.Tensor as tf.Tensor2D, [[1, 2, 3], [4, 5, 6]]));
      };
      step();
      const before = tf.memory().numTensors;
      for (let t = 0; t < 1000; t++) step();
      expect(tf.memory().numTensors).to.equal(before);
      y.dispose();
    });

    it('draws from the stream it is given', () => {
      const tensorLoss = toTensorLoss(noisyLoss(), { curvature: 'none' });
      const y = outputs();
      const gradient = (seed: number): Float32Array =>
        tf.tidy(() =>
          Float32Array.from(tf.grad((x) => tensorLoss(x as tf.Tensor2D, labels, createRng(seed)))(y).dataSync())
        );
      expect(gradient(1)).to.deep.equal(gradient(1));
      expect(gradient(1)).to.not.deep.equal(gradient(2));
      y.dispose();
    });

    it('refuses outputs not of rank 2, missing lambdas, curvature the loss lacks, and random losses without a stream', () => {
      const y = outputs();
      const flat = tf.reshape<tf.Rank>(y, [18]) as tf.Tensor2D;
      expect(codeOf(() => toTensorLoss(checked(mse), { curvature: 'none' })(flat, [[1]]))).to.equal('SHAPE');
      expect(codeOf(() => toTensorLoss(checked(mse), { curvature: 'hessian' }))).to.equal('PARAMS');
      const noHessian = toTensorLoss(noisyLoss({ deterministic: true }), { curvature: 'hessian', lambda: 1 });
      expect(codeOf(() => noHessian(y, labels))).to.equal('UNSUPPORTED');
      expect(codeOf(() => toTensorLoss(noisyLoss(), { curvature: 'none' })(y, labels))).to.equal('UNSUPPORTED');
      tf.dispose([y, flat]);
    });

    it('repeats a run bit for bit', () => {
      const run = () =>
        train(toTensorLoss(checked(softmaxCrossEntropy), { curvature: 'hessian', lambda: 0.1 }), labels, 25);
      expect(run()).to.deep.equal(run());
    });
  });
}
