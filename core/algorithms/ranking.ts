import { orderOf } from '../ranking.js';
import { type Algorithm } from './algorithm.js';

/**
 * The rank of each score, 0 = smallest, a permutation: of equal scores the earlier item ranks lower. The limit of every soft rank as its
 * temperature falls to 0, where no scores are equal.
 */
export const ranking: Algorithm = {
  name: 'ranking',
  title: 'Ranking',
  sense: 'none',
  outputs: (m) => m,
  solve(costs, out) {
    orderOf(costs).forEach((item, rank) => (out[item] = rank));
  },
};
