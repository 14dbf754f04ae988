import {
  blockedDesign,
  createPerturbedSolver,
  designOf,
  distanceSchema,
  distributions,
  meanOfDraws,
  noiseToDraw,
  perturbationSchema,
  sampleWithinNoise,
  solutionDistances,
  solutionSchema,
  solutionTargets,
  subtractVariate,
  topK,
  variateSchema,
  weightedScores,
  withHermiteHessian,
} from '../core/algorithm-losses/index.js';
import { algorithmSchema, defineLoss, parameters } from '../core/index.js';

/**
 * The distance d of the hard solution from the target, smoothed by noise Z of density exp(-nu) on the outputs, l(y) = E
 * d(w(y + sigma Z), t). With S draws, d_s = d(w(y + sigma Z_s), t), b_s the control variate, and a_s = (d_s - b_s) / S,
 *
 *     value    = mean d_s
 *     gradient = sum a_s nu'(Z_s) / sigma
 *     hessian  = sum a_s (nu'(Z_s) nu'(Z_s)^T - diag nu''(Z_s)) / sigma^2
 *
 * Unbiased, all three, for every choice of distribution, control variate and sampling. There is no Hessian for Laplace
 * and triangular noise, whose densities have kinks: draws never hit the point masses of their second derivative. A
 * gradient from triangular noise has a mean but no variance. S solutions a sample, and one more for the variate
 * `value`; then O(S m) for the gradient, O(S m^2) for the Hessian.
 */
export default defineLoss({
  name: 'stochastic-smoothing',
  title: 'Stochastic smoothing of a loss on hard solutions',
  source:
    'Petersen et al., Newton Losses, NeurIPS 2024, Lemma 1, equations 13-16; options: Petersen et al., Generalizing Stochastic Smoothing, 2024',
  params: parameters({
    algorithm: algorithmSchema(topK),
    ...perturbationSchema.properties,
    variate: variateSchema,
    distance: { ...distanceSchema, default: 'hamming' },
  }),
  target: solutionSchema,
  capabilities: { gradient: 'estimate', hessian: 'estimate', nonnegative: true, deterministic: false },

  create({ algorithm, samples, sigma, distribution: name, sampling, variate, distance }) {
    const distribution = distributions[name];
    const design = variate === 'leave-one-out'
      ? blockedDesign('stochastic-smoothing', sampling, samples)
      : designOf(sampling, samples);
    const solve = createPerturbedSolver(algorithm, sigma, variate === 'value');
    return {
      ...solutionTargets(algorithm, distance),
      ...(!distribution.scoreSlope && { capabilities: { hessian: 'none' } }),
      evaluate(y, targets, rng) {
        const noise = noiseToDraw(rng, y.rows, y.cols, distribution, design);
        const { w, centre } = solve(y, noise);
        const a = solutionDistances(distance, w, targets);
        const value = meanOfDraws(a, y.rows);
        subtractVariate(a, design, variate, centre && solutionDistances(distance, centre.w, targets));
        const scaled = (factor: number): Float64Array => a.map((as) => as * factor);
        const evaluation = { value, gradient: () => weightedScores(noise, scaled(1 / (samples * sigma)), y.rows) };
        if (!distribution.scoreSlope) return evaluation;
        return withHermiteHessian(evaluation, noise, scaled(1 / (samples * sigma ** 2)), distribution);
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});
