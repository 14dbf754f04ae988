import { zeros } from '../batch.js';
import { orderOf } from '../ranking.js';
import { defineAlgorithm } from './define-algorithm.js';
import { withoutOverflow } from './overflow.js';

/**
 * The rank of each score, 0 = smallest: of equal scores the earlier item ranks lower. The limit of every soft rank as
 * its temperature falls to 0, where no scores are equal.
 *
 *     w = argmax over permutations of 0, ..., m - 1 of <scores, w>
 */
export default defineAlgorithm({
  name: 'ranking',
  title: 'Ranking',
  source: 'Hardy, Littlewood and Polya, Inequalities, 1934 (the rearrangement inequality)',

  create: () => ({
    sense: 'maximise',
    outputs: (m) => m,
    solve(scores, out) {
      let objective = 0;
      orderOf(scores).forEach((item, rank) => {
        out[item] = rank;
        objective += rank * scores[item];
      });
      return withoutOverflow(objective, scores, out);
    },
  }),

  sample(_params, rng, rows, m = 6) {
    const scores = zeros(rows, m);
    for (let k = 0; k < scores.data.length; k++) scores.data[k] = rng.normal();
    return scores;
  },
});
