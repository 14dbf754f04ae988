import { expect } from 'chai';
import { gridShortestPath, topK } from '../../core/algorithm-losses/index.js';
import { samplingNames } from '../../core/algorithm-losses/noise/noise.js';
import { checked } from '../../core/checked.js';
import { meanOfRows } from '../../core/linear-algebra/gram.js';
import { createRng } from '../../core/random/rng.js';
import perturbedFenchelYoung from '../../plugins/perturbed-fenchel-young.js';
import stochasticSmoothing from '../../plugins/stochastic-smoothing.js';

const losses = {
  'stochastic-smoothing': (params: object) => checked(stochasticSmoothing, params),
  'perturbed-fenchel-young': (params: object) => checked(perturbedFenchelYoung, params),
};
const algorithms = [topK({ k: 2 }), gridShortestPath({ rows: 3, columns: 3 })];

describe('mean Hessians of perturbed losses', () => {
  for (const [name, make] of Object.entries(losses)) {
    for (const sampling of samplingNames) {
      it(`${name}, ${sampling}: are the mean of the blocks, and times a vector what products are`, () => {
        for (const algorithm of algorithms) {
          for (const [N, samples] of [[1, 1], [1, 30], [7, 5], [4, 2]]) {
            const loss = make({ algorithm, samples, sampling, sigma: 1 });
            const { y, targets } = loss.sample(createRng(N), N);
            const hessian = loss.evaluate(y, targets, createRng(5)).hessian!();
            const [mean, blocks] = [hessian.mean(), hessian.blocks()];
            const expected = meanOfRows(blocks.data, N, blocks.cols);
            const scale = 1 + Math.max(...expected.map(Math.abs));
            mean.forEach((x, k) => expect(x).to.be.closeTo(expected[k], 1e-13 * scale));
            hessian.timesMean(new Float64Array(y.cols).fill(1)).forEach((x, j) => {
              const sum = mean.subarray(j * y.cols, (j + 1) * y.cols).reduce((total, entry) => total + entry, 0);
              expect(x).to.be.closeTo(sum, 1e-12 * scale);
            });
          }
        }
      });
    }
  }
});
