import { zeros } from '../batch.js';
import { LossError } from '../errors.js';
import { parameters } from '../parameters.js';
import { defineAlgorithm } from './define-algorithm.js';
import { withoutOverflow } from './overflow.js';

/**
 * The indicator of the k largest scores; of equal scores the earlier are taken first. O(m log m). SHAPE for fewer than
 * k scores.
 *
 *     w = argmax over w in {0, 1}^m with k ones of <scores, w>
 */
export default defineAlgorithm({
  name: 'top-k',
  title: 'Top k',
  source: 'task: Cordonnier et al., Differentiable Patch Selection for Image Recognition, CVPR 2021',
  params: parameters({ k: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1 } }),

  create({ k }) {
    let sorted = new Float64Array(0);
    return {
      sense: 'maximise',
      outputs: (m) => m,
      solve(scores, out) {
        const m = scores.length;
        if (m < k) throw new LossError('SHAPE', `top-k: there should be at least ${k} scores, got ${m}`);
        if (sorted.length !== m) sorted = new Float64Array(m);
        sorted.set(scores);
        sorted.sort();
        return withoutOverflow(choose(scores, sorted, k, out), scores, out);
      },
    };
  },

  sample({ k }, rng, rows, m = 2 * k + 3) {
    const scores = zeros(rows, m);
    for (let j = 0; j < scores.data.length; j++) scores.data[j] = rng.normal();
    return scores;
  },
});

/**
 * All scores above the k-th largest, then as many equal to it as are wanting, in their order; the sum of the chosen.
 */
function choose(scores: Float64Array, sorted: Float64Array, k: number, out: Float64Array): number {
  const m = scores.length;
  const least = sorted[m - k];
  let equal = 0;
  for (let r = m - k; r < m && sorted[r] === least; r++) equal++;
  let sum = 0;
  for (let j = 0; j < m; j++) {
    const score = scores[j];
    const chosen = score > least || (score === least && equal-- > 0);
    out[j] = chosen ? 1 : 0;
    if (chosen) sum += score;
  }
  return sum;
}
