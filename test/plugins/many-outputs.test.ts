import { expect } from 'chai';
import { type Batch, batchOf, row, timesBlocks, zeros } from '../../core/batch.js';
import { checked } from '../../core/checked.js';
import { newtonStep, newtonTarget } from '../../core/newton/index.js';
import { openRegistry } from '../../node/open-registry.js';
import { createRng } from '../../core/random/rng.js';
import softmaxCrossEntropy from '../../plugins/softmax-cross-entropy.js';
import { codeOf } from '../harness/helpers.js';

const MANY = 200_000; // more than a call takes arguments
const loss = checked(softmaxCrossEntropy);

function normals(seed: number, rows: number, cols: number): Batch {
  const rng = createRng(seed);
  const out = zeros(rows, cols);
  for (let k = 0; k < out.data.length; k++) out.data[k] = rng.normal();
  return out;
}

describe('softmax-cross-entropy, products with its Hessian', () => {
  it('are those of the dense one', () => {
    const [y, v] = [normals(1, 20, 6), normals(2, 20, 6)];
    const e = loss.evaluate(y, Array.from({ length: 20 }, (_, i) => i % 6), createRng(0));
    const expected = timesBlocks(e.hessian!().blocks(), v).data;
    e.hessian!().times(v).data.forEach((x, k) =>
      expect(x).to.be.closeTo(expected[k], 1e-15 * Math.max(...expected.map(Math.abs)))
    );
  });

  it('decay as the gradient does where one class is nearly certain: p (1 - p) of two', () => {
    for (const lead of [1, 40, 300, 700]) {
      const e = loss.evaluate(batchOf([[lead, 0]]), [0], createRng(0));
      const [first, second] = e.hessian!().times(batchOf([[1, 0]])).data;
      const expected = Math.exp(-lead) / (1 + Math.exp(-lead)) ** 2;
      expect(first / expected).to.be.closeTo(1, 1e-14);
      expect(second / expected).to.be.closeTo(-1, 1e-14);
    }
  });

  it('do not see what all entries have in common', () => {
    const y = normals(3, 1, 50);
    const e = loss.evaluate(y, [0], createRng(0));
    expect([...e.hessian!().times({ ...y, data: new Float64Array(50).fill(1e8) }).data]).to.deep.equal(
      new Array(50).fill(0),
    );
  });
});

describe('losses of 200,000 outputs', function() {
  this.timeout(30_000);

  it('softmax-cross-entropy: value, gradient and products, which are the differences of the gradient', () => {
    const [y, v] = [normals(4, 1, MANY), normals(5, 1, MANY)];
    const e = loss.evaluate(y, [7], createRng(0));
    const sum = e.gradient().data.reduce((total, g) => total + g, 0);
    expect(sum).to.be.closeTo(0, 1e-12);
    // relative errors: 3 h^2 v^2 / 2, 3e-7 at most, and 1e-16 / h; 1 - p of the label is a sum of many
    const h = 1e-4;
    const [above, below] = [h, -h].map((step) =>
      loss.evaluate({ ...y, data: y.data.map((x, j) => x + step * v.data[j]) }, [7], createRng(0))
    );
    const [up, down] = [above.gradient().data, below.gradient().data];
    const product = e.hessian!().times(v).data;
    const largest = product.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const worst = product.reduce(
      (most, x, j) => (j === 7 ? most : Math.max(most, Math.abs(x - (up[j] - down[j]) / (2 * h)))),
      0,
    );
    expect(worst).to.be.below(3e-7 * largest);
    expect(product[7]).to.be.closeTo((up[7] - down[7]) / (2 * h), 1e-13 / h);
    expect((above.value[0] - below.value[0]) / (2 * h)).to.be.closeTo(
      e.gradient().data.reduce((s, g, j) => s + g * v.data[j], 0),
      1e-8,
    );
  });

  it('softmax-cross-entropy: a dense Hessian is UNSUPPORTED, conjugate gradients and Fisher do without', () => {
    const y = normals(6, 2, MANY);
    const e = loss.evaluate(y, [1, 2], createRng(0));
    expect(codeOf(() => e.hessian!().blocks())).to.equal('UNSUPPORTED');
    for (
      const options of [
        { curvature: 'hessian', solver: 'direct' },
        { curvature: 'fisher', solver: 'direct' },
      ] as const
    ) {
      expect(
        codeOf(() => newtonStep(e, { lambda: 0.1, ...options })),
        options.curvature,
      ).to.equal('UNSUPPORTED');
    }
    for (const options of [{ curvature: 'hessian', solver: 'conjugate-gradient' }, { curvature: 'fisher' }] as const) {
      const { direction, loss: value } = newtonTarget(e, y, { lambda: 0.1, ...options });
      expect(value).to.be.above(0);
      expect(row(direction, 0)[1]).to.be.below(0); // towards the class
    }
  });

  it('of hard algorithms that take any number of scores', async () => {
    const registry = await openRegistry();
    const y = normals(7, 1, MANY);
    const target = new Array<number>(MANY).fill(0).fill(1, 0, 1);
    const all = [
      ...[{ name: 'blackbox' }, { name: 'spo-plus' }, { name: 'i-mle', samples: 1 }],
      ...['stochastic-smoothing', 'stochastic-smoothing-algorithm', 'perturbed-fenchel-young'].map((name) => ({
        name,
        samples: 2,
      })),
      ...['none', 'mean', 'norm', 'both'].map((projection) => ({ name: 'identity', projection })),
    ];
    for (const { name, ...params } of all) {
      const e = (await registry.create(name, params)).evaluate(y, [target], createRng(1));
      expect(e.gradient().data.length, name).to.equal(MANY);
    }
  });
});

describe('a batch of 200,000', function() {
  this.timeout(30_000);

  it('takes Newton steps, in sample scope too, and has diagnostics', () => {
    const y = normals(8, MANY, 2);
    const e = loss.evaluate(y, Array.from({ length: MANY }, (_, i) => i % 2), createRng(0));
    for (
      const options of [
        { curvature: 'hessian', scope: 'batch' },
        { curvature: 'fisher', scope: 'sample' },
      ] as const
    ) {
      const { diagnostics, loss: value } = newtonTarget(e, y, { lambda: 0.1, ...options });
      expect(value).to.be.above(0);
      expect(diagnostics().conditionNumber).to.be.within(1, 21);
    }
  });
});
