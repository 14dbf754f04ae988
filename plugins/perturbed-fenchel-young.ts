import {
  additive,
  blockedDesign,
  costSign,
  type Design,
  designOf,
  distributions,
  drawNoise,
  multiplicative,
  type Noise,
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
  LossError,
  once,
  parameters,
  row,
  zeros,
} from '../core/index.js';

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
    let q = zeros(0, 0); // as long as batches have one size, its memory is used again
    const perturbation = { additive, multiplicative }[kind](up * sigma);
    return {
      ...solutionTargets(algorithm),
      evaluate(y, targets, rng) {
        const N = y.rows;
        const noise = drawNoise(rng, N, y.cols, distributions[distribution], design);
        const rows = N * samples + (variate === 'value' ? N : 0);
        if (q.rows !== rows || q.cols !== y.cols) q = zeros(rows, y.cols);
        const { slope, derivative } = perturbation(y, noise, q.data);
        if (variate === 'value') q.data.set(y.data, noise.z.data.length);
        const { w } = solveExactly(algorithm, q);
        const { value, gradient } = sumsOfResiduals(q, w, targets, up / samples, samples, slope);
        const centred = (): Batch => centredSolutions(w, noise, design, variate, up);
        return { value, gradient: () => copyOf(gradient), hessian: once(() => derivative(centred())) };
      },
    };
  },

  sample: ({ algorithm, sigma }, rng, rows, m) => sampleWithinNoise(algorithm, rng, rows, sigma, m),
});

/** With r_s = +- (w_s - t) / S, the sums over each sample's draws of <q_s, r_s>, (N), and of dq_s/dy r_s, (N, m). */
function sumsOfResiduals(
  q: Batch,
  w: Batch,
  targets: readonly number[][],
  share: number,
  samples: number,
  slope: Batch | undefined,
): { value: Float64Array; gradient: Batch } {
  const value = new Float64Array(targets.length);
  const gradient = zeros(targets.length, w.cols);
  const t = new Float64Array(w.cols);
  const size = samples * t.length;
  targets.forEach((target, i) => {
    for (let j = 0; j < t.length; j++) t[j] = target[j];
    const draws = ({ data }: Batch): Float64Array => data.subarray(i * size, (i + 1) * size);
    value[i] = addResiduals(draws(q), draws(w), t, share, slope && draws(slope), row(gradient, i));
  });
  return { value, gradient };
}

/** Of one sample: adds the second sum to `g`, returns the first. */
function addResiduals(
  q: Float64Array,
  w: Float64Array,
  t: Float64Array,
  share: number,
  slope: Float64Array | undefined,
  g: Float64Array,
): number {
  const [size, m] = [w.length, t.length];
  let sum = 0;
  for (let from = 0; from < size; from += m) {
    for (let j = 0, k = from; j < m; j++, k++) {
      const r = share * (w[k] - t[j]); // 0 of most, which no branch would foresee
      sum += q[k] * r;
      g[j] += slope ? slope[k] * r : r;
    }
  }
  return sum;
}

/** (N S, m): +- (w_s - b_s), in the place of w, a sample at a time; its rows after those are the control variates. */
function centredSolutions(w: Batch, { z }: Noise, design: Design, variate: Variate, up: number): Batch {
  const m = z.cols;
  const size = design.samples * m;
  const centres = z.data.length;
  for (let i = 0; i * size < centres; i++) {
    const draws = signed(w.data.subarray(i * size, (i + 1) * size), up);
    subtractVariate(draws, design, variate, signed(w.data.subarray(centres + i * m, centres + (i + 1) * m), up), m);
  }
  return { ...z, data: w.data.subarray(0, centres) };
}

/** x := sign x */
function signed(x: Float64Array, sign: number): Float64Array {
  for (let k = 0, n = x.length; k < n; k++) x[k] *= sign;
  return x;
}
