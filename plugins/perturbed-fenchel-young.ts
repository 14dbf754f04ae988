import {
  blockedDesign,
  costSign,
  type Design,
  designOf,
  distributions,
  drawNoise,
  type Noise,
  perturb,
  perturbationSchema,
  sampleWithinNoise,
  solutionSchema,
  solutionTargets,
  solveExactly,
  subtractVariate,
  topK,
  type Variate,
  variateSchema,
} from '../core/algorithm-losses/index.js';
import {
  algorithmSchema,
  type Batch,
  copyOf,
  defineLoss,
  dense,
  type Factors,
  LossError,
  lowRank,
  once,
  parameters,
  row,
  zeros,
} from '../core/index.js';
import { multiplicativeJacobian, multiplyDraws, noiseFactors } from './perturbed-fenchel-young/multiplicative.js';

/**
 * The Fenchel-Young loss of a perturbed algorithm, for scores y that are maximised with noise Z of density exp(-nu):
 *
 *     value    = F(y) + Omega(t) - <y, t>      F(y) = E max_w <y + sigma Z, w>
 *     gradient = E w(y + sigma Z) - t
 *     hessian  = E (w(y + sigma Z) - b) nu'(Z)^T / sigma, symmetrised
 *
 * Costs that are minimised are scores -y. With S draws, q_s = y + sigma Z_s (costs: y - sigma Z_s), w_s = w(q_s), and
 * sign - for costs,
 *
 *     value    =  +- mean <q_s, w_s - t>       that is: Omega(t), not known, is taken for -sigma mean <Z_s, t>, of mean 0
 *     gradient =  +- mean (w_s - t)
 *     hessian  =  mean (w_s - b_s) nu'(Z_s)^T / sigma, symmetrised, with the control variate b_s
 *
 * For the noise that was drawn the value is convex, piecewise linear, at least 0 where t is a solution or a mixture of
 * some, and the gradient a subgradient of it. The Hessian, of rank 2 S, estimates the derivative of the mean gradient:
 * symmetric, positive semidefinite in the mean alone.
 *
 * Multiplicative noise is q_s = y f_s with f_s = exp(sigma Z_s - sigma^2 / 2) of mean 1 (costs: - sigma Z_s), Z
 * Gaussian; it keeps signs.
 *
 *     gradient =  +- mean f_s (w_s - t)
 *     hessian  =  mean f_s (w_s - b_s) (nu'(Z_s) / (sigma y))^T -+ diag(mean f_s (w_s - b_s) / y), symmetrised; columns where y is 0 are 0
 *
 * Where an algorithm counts negative costs as 0, cells where q_s < 0 join w_s (`solveExactly`), else it would not be
 * convex. S solutions a sample, and one more for the variate `value`. Outer products of gradients of a few draws are
 * noise before they are curvature: `fisher` is declared false.
 */
export default defineLoss({
  name: 'perturbed-fenchel-young',
  title: 'Fenchel-Young loss of a perturbed algorithm',
  source:
    'Berthet et al., Learning with Differentiable Perturbed Optimizers, NeurIPS 2020; Hessian: Petersen et al., Newton Losses, NeurIPS 2024; ' +
    'multiplicative noise: Dalle et al., Learning with Combinatorial Optimization Layers, 2022',
  params: parameters({
    algorithm: algorithmSchema(topK),
    ...perturbationSchema.properties,
    noise: {
      type: 'string',
      enum: ['additive', 'multiplicative'],
      default: 'additive',
      description: 'multiplicative, Gaussian only, keeps signs',
    },
    variate: variateSchema,
  }),
  target: solutionSchema,
  capabilities: {
    gradient: 'subgradient',
    hessian: 'estimate',
    convex: true,
    nonnegative: true,
    deterministic: false,
    fisher: false,
  },

  create({ algorithm, samples, sigma, distribution, sampling, noise: kind, variate }) {
    if (kind === 'multiplicative' && distribution !== 'gaussian') {
      throw new LossError(
        'PARAMS',
        `perturbed-fenchel-young: params/distribution should be gaussian for multiplicative noise, got ${distribution}`,
      );
    }
    const design = variate === 'leave-one-out'
      ? blockedDesign('perturbed-fenchel-young', sampling, samples)
      : designOf(sampling, samples);
    const up = -costSign(algorithm);
    return {
      ...solutionTargets(algorithm),
      evaluate(y, targets, rng) {
        const noise = drawNoise(rng, y.rows, y.cols, distributions[distribution], design);
        const factors = kind === 'multiplicative' ? noiseFactors(noise, up * sigma) : undefined;
        const costs = zeros(noise.z.rows + (variate === 'value' ? y.rows : 0), y.cols);
        if (factors) multiplyDraws(y, factors, costs.data);
        else perturb(y, noise, up * sigma, costs.data);
        if (variate === 'value') costs.data.set(y.data, noise.z.data.length);
        const { w } = solveExactly(algorithm, costs);
        const { value, gradient } = distanceOfObjectives({ up, samples, factors, costs, w }, targets);
        const evaluation = { value, gradient: () => copyOf(gradient) };
        const left = (): Batch => centred(w, noise, design, variate);
        if (factors) {
          const jacobian = (): Batch => multiplicativeJacobian(times(left(), factors, up), noise, y, up * sigma);
          return { ...evaluation, hessian: once(() => dense(jacobian())) };
        }
        const weights = new Float64Array(noise.z.rows).fill(1 / (samples * sigma));
        const products = (): Factors => ({ rank: samples, weights, left: left(), right: noise.score });
        return { ...evaluation, hessian: once(() => lowRank(products())) };
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});

interface Draws {
  /** 1 for scores, -1 for costs. */
  readonly up: number;
  readonly samples: number;
  /** (N S, m): f of multiplicative noise. */
  readonly factors: Batch | undefined;
  /** (N S, m) from the start: q_s and w_s. */
  readonly costs: Batch;
  readonly w: Batch;
}

/** The value, mean <q_s, w_s - t> for scores, and its gradient. */
function distanceOfObjectives(
  { up, samples, factors, costs, w }: Draws,
  targets: readonly number[][],
): { value: Float64Array; gradient: Batch } {
  const m = costs.cols;
  const value = new Float64Array(targets.length);
  const gradient = zeros(targets.length, m);
  for (let i = 0, k = 0; i < targets.length; i++) {
    const t = targets[i];
    const g = row(gradient, i);
    for (let s = 0; s < samples; s++) {
      for (let j = 0; j < m; j++, k++) {
        const difference = (up * (w.data[k] - t[j])) / samples;
        value[i] += costs.data[k] * difference;
        g[j] += factors ? factors.data[k] * difference : difference;
      }
    }
  }
  return { value, gradient };
}

/** (N S, m): w_s - b_s. */
function centred(w: Batch, { z }: Noise, design: Design, variate: Variate): Batch {
  const data = w.data.slice(0, z.data.length);
  subtractVariate(data, design, variate, w.data.subarray(z.data.length), z.cols);
  return { ...z, data };
}

/** u f up, in place of u. */
function times(u: Batch, f: Batch, up: number): Batch {
  for (let k = 0; k < u.data.length; k++) u.data[k] *= up * f.data[k];
  return u;
}
