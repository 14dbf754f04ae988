import { matricesOf } from '../../core/matrices.js';
import { expect } from 'chai';
import { batchOf } from '../../core/batch.js';
import { defineSampleLoss, type SampleLoss } from '../../core/define.js';
import type { Evaluation, Loss } from '../../core/loss.js';
import { createRng } from '../../core/random/rng.js';

/** value = t y_0 y_1^2 */
const cubic: SampleLoss<number> = {
  value: ([a, b], t) => t * a * b ** 2,
  gradient: ([a, b], t) => [t * b ** 2, 2 * t * a * b],
  hessian: ([a, b], t) => [0, 2 * t * b, 2 * t * b, 2 * t * a],
};

function lifted(sample: SampleLoss<number>): Loss<number> {
  return defineSampleLoss({
    name: 'cubic',
    title: 'Cubic',
    source: 'none',
    params: { type: 'object', required: [], additionalProperties: false },
    target: { type: 'number' },
    create: () => sample,
    sample: () => ({ y: batchOf([[1, 2]]), targets: [1] }),
  }).create({});
}

function evaluate(sample: SampleLoss<number>): Evaluation {
  return lifted(sample).evaluate(batchOf([[1, 2], [3, -1]]), [1, 10], createRng(0));
}

describe('defineSampleLoss', () => {
  it('lifts value, gradient and Hessian to batches', () => {
    const e = evaluate(cubic);
    expect([...e.value]).to.deep.equal([4, 30]);
    expect(e.gradient()).to.deep.equal(batchOf([[4, 4], [10, -60]]));
    expect(matricesOf(e.hessian!()).blocks()).to.deep.equal(batchOf([[0, 4, 4, 2], [0, -20, -20, 60]]));
  });

  it('adds the product that follows from the Hessian', () => {
    expect(matricesOf(evaluate(cubic).hessian!()).times(batchOf([[1, 1], [1, 0]]))).to.deep.equal(
      batchOf([[4, 6], [0, -20]]),
    );
  });

  it('has neither where there is no Hessian', () => {
    const { value, gradient } = cubic;
    expect(evaluate({ value, gradient })).to.have.all.keys('value', 'gradient');
  });

  it('computes the Hessian once, and hands out copies', () => {
    let calls = 0;
    const e = evaluate({
      ...cubic,
      hessian(y, t) {
        calls++;
        return cubic.hessian!(y, t);
      },
    });
    matricesOf(e.hessian!()).blocks().data.fill(NaN);
    expect([...matricesOf(e.hessian!()).blocks().data]).to.deep.equal([0, 4, 4, 2, 0, -20, -20, 60]);
    matricesOf(e.hessian!()).times(batchOf([[1, 1], [1, 0]]));
    expect(calls).to.equal(2); // one a row
  });

  it('passes on what else the sample loss says', () => {
    const loss = lifted({ ...cubic, outputs: 2, capabilities: { fisher: false }, reject: () => 'is no target' });
    expect(loss.outputs).to.equal(2);
    expect(loss.capabilities).to.deep.equal({ fisher: false });
    expect(loss.reject?.(1, 2)).to.equal('is no target');
  });
});
