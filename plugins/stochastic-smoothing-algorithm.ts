import {
  blockedDesign,
  createPerturbedSolver,
  distributions,
  noiseToDraw,
  perturbationSchema,
  sampleWithinNoise,
  solutionSchema,
  solutionTargets,
  topK,
  variateSchema,
  weightedScores,
} from '../core/algorithm-losses/index.js';
import { algorithmSchema, defineLoss, lowRank, once, parameters, zeros } from '../core/index.js';
import { jacobianFactors } from './stochastic-smoothing-algorithm/jacobian.js';
import { productsOfIndependent, residualsOf } from './stochastic-smoothing-algorithm/residuals.js';

/**
 * Half the squared distance of the smoothed solution, w_sigma(y) = E w(y + sigma Z) with noise Z of density exp(-nu),
 * from the target:
 *
 *     l(y) = 1/2 |w_sigma(y) - t|^2,    dl/dy = J^T (w_sigma(y) - t),    J = dw_sigma/dy = E w(y + sigma Z) nu'(Z)^T / sigma
 *
 * estimated from S draws w_s = w(y + sigma Z_s), with W_s the mean over the draws that are independent of draw s and
 * b_s the control variate:
 *
 *     value       = 1/2 mean <w_s - t, W_s - t>
 *     gradient    = mean <w_s - b_s, W_s - t> nu'(Z_s) / sigma
 *     gaussNewton = J_S^T J_S,    J_S = mean (w_s - b_s) nu'(Z_s)^T / sigma
 *
 * Products of independent draws make value and gradient unbiased; with the mean over all draws in place of W_s they
 * would have a bias of order 1 / S. The price: a value near 0 can be below. J_S^T J_S does have such a bias, towards
 * more curvature. Its rank is S at most, and J_S is not formed. S solutions a sample, and one more for the variate
 * `value`; then O(S (k + m)) for k entries of a solution, O(S^2 (k + m)) for gaussNewton.
 *
 * The Hamming distance is linear in w: of the smoothed solution it is what `stochastic-smoothing` estimates.
 */
export default defineLoss({
  name: 'stochastic-smoothing-algorithm',
  title: 'Distance of a stochastically smoothed solution',
  source: 'Petersen et al., Newton Losses, NeurIPS 2024, appendix B.4.1 and Lemma 1',
  params: parameters({ algorithm: algorithmSchema(topK), ...perturbationSchema.properties, variate: variateSchema }),
  target: solutionSchema,
  capabilities: { gradient: 'estimate', hessian: 'none', deterministic: false },

  create({ algorithm, samples, sigma, distribution: name, sampling, variate }) {
    const distribution = distributions[name];
    const design = blockedDesign('stochastic-smoothing-algorithm', sampling, samples);
    const solve = createPerturbedSolver(algorithm, sigma, variate === 'value');
    return {
      ...solutionTargets(algorithm),
      evaluate(y, targets, rng) {
        const noise = noiseToDraw(rng, y.rows, y.cols, distribution, design);
        const { w, centre } = solve(y, noise);
        const r = residualsOf(w, targets);
        const base = variate === 'leave-one-out' ? undefined : residualsOf(centre?.w ?? zeros(y.rows, w.cols), targets);
        const { value, products } = productsOfIndependent(r, base, y.rows, design);
        const weights = products.map((product) => product / (samples * sigma));
        return {
          value,
          gradient: () => weightedScores(noise, weights, y.rows),
          gaussNewton: once(() => lowRank(jacobianFactors(r, base, noise, sigma, design))),
        };
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});
