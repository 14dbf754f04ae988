import { expect } from 'chai';
import { type Batch, row, takeRows, zeros } from '../../../core/batch.js';
import type { CheckedEvaluation } from '../../../core/checked-evaluation.js';
import { meanOfRows } from '../../../core/linear-algebra/gram.js';
import { createRng } from '../../../core/random/rng.js';
import { ranksOf } from '../../../core/ranking.js';
import { allocateRows, type RowRelaxation } from '../../../core/sorting/row-samples.js';
import { neuralsort, softsort } from '../../../core/kernels/kernels.js';
import { openRegistry } from '../../../node/open-registry.js';
import { softPermutation as neuralPermutation } from '../../../plugins/neuralsort.js';
import { softPermutation as softsortPermutation } from '../../../plugins/softsort.js';

const registry = await openRegistry();
const names = ['neuralsort', 'softsort'] as const;
const entropies = ['binary', 'float32', 'row'] as const;
const permutations = { neuralsort: neuralPermutation, softsort: softsortPermutation };

interface Rankings {
  readonly y: Batch;
  readonly targets: number[][];
}

/**
 * Scores near and far, so far that probabilities underflow among them, equal in every third sample, and ranks that are
 * those of the scores or not, or equal in every fourth.
 */
function rankings(N: number, n: number): Rankings {
  const y = zeros(N, n);
  const rng = createRng(100 * N + n);
  const targets = Array.from({ length: N }, (_, i) => {
    const scores = row(y, i);
    const spread = [0.3, 1, 3, 30, 3000][rng.integer(5)];
    for (let j = 0; j < n; j++) scores[j] = spread * rng.normal();
    if (i % 3 === 2) scores[n - 1] = scores[0];
    const truth = scores.map((score) => (i % 2 === 0 ? score : rng.normal()));
    if (i % 4 === 3) truth[0] = truth[n - 1];
    return ranksOf(truth);
  });
  return { y, targets };
}

async function evaluating(name: string, crossEntropy: string): Promise<(given: Rankings) => CheckedEvaluation> {
  const loss = await registry.create(name, { crossEntropy });
  return ({ y, targets }) => loss.evaluate(y, targets, createRng(0));
}

/** To a share of the largest entry of `size`. */
function expectClose(got: Float64Array, expected: Float64Array, share: number, size = expected): void {
  const scale = size.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  expect(got.length).to.equal(expected.length);
  got.forEach((x, k) => expect(x, `entry ${k}`).to.be.closeTo(expected[k], share * scale));
}

describe('relaxations by rows, of batches', () => {
  for (const name of names) {
    for (const crossEntropy of entropies) {
      it(`${name}, ${crossEntropy}: the mean Hessian is the mean of the blocks`, async () => {
        const evaluate = await evaluating(name, crossEntropy);
        for (const [N, n] of [[1, 2], [7, 2], [1, 5], [12, 3], [25, 5], [24, 32], [9, 33]]) {
          const given = rankings(N, n);
          const blocks = evaluate(given).hessian!().blocks();
          const size = meanOfRows(blocks.data.map(Math.abs), N, n * n);
          expectClose(evaluate(given).hessian!().mean(), meanOfRows(blocks.data, N, n * n), 1e-13, size);
        }
      });

      it(`${name}, ${crossEntropy}: a sample has the bits that it has alone`, async () => {
        const evaluate = await evaluating(name, crossEntropy);
        for (const [N, n] of [[1100, 2], [13, 5], [150, 31], [6, 33]]) {
          const given = rankings(N, n);
          const all = evaluate(given);
          const [G, H] = [all.gradient(), all.hessian!().blocks()];
          for (let i = 0; i < N; i += N > 100 ? 7 : 1) {
            const alone = evaluate({ y: takeRows(given.y, [i]), targets: [given.targets[i]] });
            expect(alone.value[0], `value ${i} of ${N}`).to.equal(all.value[i]);
            expect(alone.gradient().data).to.deep.equal(row(G, i).slice());
            expect(alone.hessian!().blocks().data).to.deep.equal(row(H, i).slice());
          }
        }
      });

      it(`${name}, ${crossEntropy}: what is asked of one evaluation changes nothing of another`, async () => {
        const evaluate = await evaluating(name, crossEntropy);
        for (const n of [5, 32, 33]) {
          const [one, other] = [rankings(6, n), rankings(9, n)];
          const [fresh, freshBlocks] = [evaluate(one).hessian!().mean(), evaluate(one).hessian!().blocks()];
          const e = evaluate(one);
          const f = evaluate(other);
          permutations[name](row(one.y, 1));
          expect(e.hessian!().mean()).to.deep.equal(fresh);
          const mean = f.hessian!().mean();
          expect(e.hessian!().blocks()).to.deep.equal(freshBlocks);
          expect(f.hessian!().mean()).to.deep.equal(mean);
          expect(e.hessian!().mean()).to.deep.equal(fresh);
          expect(evaluate(other).hessian!().mean()).to.deep.equal(mean);
        }
      });
    }
  }

  it('by twos are what they are one by one', () => {
    const passes = [['binaryGradients', 'binaryHessians'], ['rowGradients', 'rowHessians']] as const;
    for (const kernel of [neuralsort, softsort]) {
      const relaxation: Pick<RowRelaxation, 'kernel' | 'logits'> = { kernel, logits: () => expect.fail('not so far') };
      for (const [gradients, hessians] of passes) {
        for (const n of [2, 3, 4, 5, 10, 32]) {
          const rng = createRng(n);
          const run = (capacity: number, y: Float64Array, ranks: number[]): Float64Array[] => {
            const samples = allocateRows(relaxation, n, n, true, capacity);
            samples.scores.set(y);
            samples.ranks.set(ranks);
            samples.kernel[gradients](1.5, 1);
            samples.kernel[hessians](1.5, 1, false);
            return [samples.values.slice(0, 1), samples.gradients.slice(0, n), samples.blocks.slice(0, n * n)];
          };
          for (const spread of [0.01, 0.3, 1]) {
            const y = Float64Array.from({ length: n }, () => spread * rng.normal());
            for (const ranks of [[...rng.permutation(n)], ranksOf(y)]) {
              const [value, gradient, hessian] = run(1, y, ranks);
              const [twoValue, twoGradient, twoHessian] = run(2, y, ranks);
              expectClose(twoValue, value, 1e-14);
              expectClose(twoGradient, gradient, 1e-13);
              expectClose(twoHessian, hessian, 1e-12);
            }
          }
        }
      }
    }
  });
});
