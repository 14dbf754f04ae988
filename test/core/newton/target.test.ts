import { expect } from 'chai';
import { type Batch, batchOf } from '../../../core/batch.js';
import { checked } from '../../../core/checked.js';
import { newtonTarget, type NewtonOptions } from '../../../core/newton/index.js';
import { createRng } from '../../../core/random/rng.js';
import mse from '../../../plugins/mse.js';
import softmaxCrossEntropy from '../../../plugins/softmax-cross-entropy.js';
import {
  codeOf,
  evaluationOf,
  inverse,
  type Matrix,
  normalBatch,
  plus,
  relativeError,
  rowsOf,
  scale,
  times,
  transposed,
} from './dense.js';

const squaredError = checked(mse);
const crossEntropy = checked(softmaxCrossEntropy);
const rng = createRng(0);

describe('newtonTarget', () => {
  it('of half the squared error, undamped, is the squared error itself', () => {
    const y = batchOf([[1, 2], [3, 5], [-1, 0.5]]);
    const t = [[0, 1], [4, 4], [0.25, 8]];
    const e = squaredError.evaluate(y, t, rng);
    const { target, value, loss } = newtonTarget(e, y, { curvature: 'hessian', lambda: 0 });
    expect(rowsOf(target)).to.deep.equal(t);
    expect([...value]).to.deep.equal([...e.value]);
    expect(loss).to.equal((e.value[0] + e.value[1] + e.value[2]) / 3);
  });

  it('of a Newton loss is the Newton loss', () => {
    const y = normalBatch(createRng(1), 6, 4);
    for (
      const options of [{ curvature: 'hessian', lambda: 0.1 }, { curvature: 'fisher', lambda: 0.1 }] as NewtonOptions[]
    ) {
      const first = newtonTarget(crossEntropy.evaluate(y, [0, 1, 2, 3, 0, 1], rng), y, options);
      const again = newtonTarget(squaredError.evaluate(y, rowsOf(first.target), rng), y, {
        curvature: 'hessian',
        lambda: 0,
      });
      expect(relativeError(rowsOf(again.target), rowsOf(first.target))).to.be.below(1e-15);
      expect(relativeError([[...again.value]], [[...first.value]])).to.be.below(1e-14);
    }
  });

  it('takes a plain gradient step with curvature none, where lambda means nothing', () => {
    const y = batchOf([[1, 2, 0]]);
    const e = crossEntropy.evaluate(y, [1], rng);
    const g = rowsOf(e.gradient())[0];
    for (const options of [{ curvature: 'none', lambda: 7 }, { curvature: 'none' }] as NewtonOptions[]) {
      const { direction, target } = newtonTarget(e, y, options);
      expect([...direction.data]).to.deep.equal(g);
      expect([...target.data]).to.deep.equal([...y.data].map((yj, j) => yj - g[j]));
    }
  });

  it('refuses a y of another shape than the gradient', () => {
    const e = evaluationOf(batchOf([[1, 2]]));
    for (const y of [batchOf([[1]]), batchOf([[1, 2], [3, 4]])]) {
      expect(codeOf(() => newtonTarget(e, y, { curvature: 'none', lambda: 0 }))).to.equal('SHAPE');
    }
  });
});

/** A linear network y = X W, its loss as a function of W, and the gradient of that by central differences. */
const outputs = (X: Matrix, W: Matrix): Batch => batchOf(times(X, W));
const differences = (W: Matrix, f: (W: Matrix) => number, h = 1e-5): Matrix =>
  W.map((r, a) =>
    r.map((_, b) => {
      const shifted = (s: number): number => f(W.map((row, i) => row.map((w, j) => (i === a && j === b ? w + s : w))));
      return (shifted(h) - shifted(-h)) / (2 * h);
    })
  );

describe('a network trained on the Newton loss', () => {
  const X = rowsOf(normalBatch(createRng(2), 6, 3));
  const W = rowsOf(normalBatch(createRng(3), 3, 4));
  const labels = [0, 1, 2, 3, 0, 1];
  const y = outputs(X, W);
  const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const newtonLoss = (target: Batch) => (V: Matrix) =>
    mean(squaredError.evaluate(outputs(X, V), rowsOf(target), rng).value);

  it('takes the same gradient step as on the loss, with curvature none (lemma 2)', () => {
    const loss = (V: Matrix): number => mean(crossEntropy.evaluate(outputs(X, V), labels, rng).value);
    const { target } = newtonTarget(crossEntropy.evaluate(y, labels, rng), y, { curvature: 'none', lambda: 0 });
    expect(relativeError(differences(W, newtonLoss(target)), differences(W, loss))).to.be.below(1e-8);
  });

  it('receives d / N', () => {
    const { target, direction } = newtonTarget(crossEntropy.evaluate(y, labels, rng), y, {
      curvature: 'hessian',
      lambda: 0.1,
    });
    const expected = scale(times(transposed(X), rowsOf(direction)), 1 / y.rows);
    expect(relativeError(differences(W, newtonLoss(target)), expected)).to.be.below(1e-8);
  });

  it('of one output takes the same Newton step as on the loss (lemma 3)', () => {
    // one sample, f(a, b) = a b + sin a and loss(f) = exp f - 2 f
    const [a, b] = [0.7, -0.4];
    const f = a * b + Math.sin(a);
    const gradient = [[b + Math.cos(a)], [a]];
    const hessian = [[-Math.sin(a), 1], [1, 0]];
    const newtonStepOf = (first: number, second: number): Matrix => {
      const H = plus(scale(times(gradient, transposed(gradient)), second), scale(hessian, first));
      return times(inverse(H), scale(gradient, first));
    };
    const evaluation = evaluationOf(batchOf([[Math.exp(f) - 2]]), { hessian: () => batchOf([[Math.exp(f)]]) });
    const { target } = newtonTarget(evaluation, batchOf([[f]]), { curvature: 'hessian', lambda: 0 });
    const onNewtonLoss = newtonStepOf(f - target.data[0], 1);
    expect(relativeError(onNewtonLoss, newtonStepOf(Math.exp(f) - 2, Math.exp(f)))).to.be.below(1e-13);
  });
});
