import {
  costSign,
  type DistanceName,
  distanceSchema,
  sampleSolutions,
  solutionDistanceGradients,
  solutionDistances,
  solutionSchema,
  solutionTargets,
  topK,
} from '../core/algorithm-losses/index.js';
import { algorithmSchema, defineLoss, parameters, row } from '../core/index.js';

interface IdentityParams {
  distance: DistanceName;
  projection: 'none' | 'mean' | 'norm' | 'both';
}

/**
 * The distance d of the hard solution from the target, with a gradient that takes the solver for minus the identity (of
 * scores that are maximised: the identity), and optionally for one that first projects its costs.
 *
 *     value    = d(w(y), t)
 *     gradient = -P'(y)^T d'(w(y), t)
 *
 *     P(y) = y  |  mean: y - mean(y)  |  norm: y / |y|  |  both: the norm of the mean's
 *
 * A projection that leaves the solution as it is takes out of the gradient what does not matter: `norm` fits every
 * algorithm, `mean` those whose solutions all have the same sum (top-k, ranking, assignment; not paths). The solver
 * gets y itself. Where |y| (or |y - mean(y)|) is 0 nothing is divided. `squared` is the default, since the derivative
 * of the Hamming distance does not vanish at the target. One solution a sample.
 */
export default defineLoss({
  name: 'identity',
  title: 'Negative identity with projection',
  source: 'Sahoo et al., Backpropagation through Combinatorial Algorithms: Identity with Projection Works, ICLR 2023',
  params: parameters({
    algorithm: algorithmSchema(topK),
    distance: { ...distanceSchema, default: 'squared' },
    projection: {
      type: 'string',
      enum: ['none', 'mean', 'norm', 'both'],
      default: 'none',
      description: 'of the costs, for the gradient',
    },
  }),
  target: solutionSchema,
  capabilities: { gradient: 'surrogate', hessian: 'none', nonnegative: true },

  create({ algorithm, distance, projection }) {
    const sign = costSign(algorithm);
    return {
      ...solutionTargets(algorithm, distance),
      evaluate(y, targets) {
        const { w } = algorithm.solveBatch(y);
        return {
          value: solutionDistances(distance, w, targets),
          gradient() {
            const g = solutionDistanceGradients(distance, w, targets);
            for (let k = 0; k < g.data.length; k++) g.data[k] *= -sign;
            for (let i = 0; i < y.rows; i++) pullBack(projection, row(y, i), row(g, i));
            return g;
          },
        };
      },
    };
  },

  sample: ({ algorithm }, rng, rows, m) => sampleSolutions(algorithm, rng, rows, m),
});

/**
 * g := P'(y)^T g. The mean's P' is I - 1 1^T / m, the norm's (I - u u^T) / |y| with u = y / |y|; both are symmetric.
 */
function pullBack(projection: IdentityParams['projection'], y: Float64Array, g: Float64Array): void {
  const centred = projection === 'mean' || projection === 'both';
  const shift = centred ? meanOf(y) : 0;
  if (projection === 'norm' || projection === 'both') {
    const largest = y.reduce((max, yj) => Math.max(max, Math.abs(yj - shift)), 0);
    if (largest > 0) pullBackNorm(y.map((yj) => (yj - shift) / largest), largest, g);
  }
  if (!centred) return;
  const mean = meanOf(g);
  for (let j = 0; j < g.length; j++) g[j] -= mean;
}

/** g := (g - u <u, g>) / |y| for y = largest * scaled. */
function pullBackNorm(scaled: Float64Array, largest: number, g: Float64Array): void {
  const norm = Math.sqrt(scaled.reduce((sum, s) => sum + s * s, 0)); // the largest entry is 1
  const along = scaled.reduce((sum, s, j) => sum + s * g[j], 0) / norm;
  for (let j = 0; j < g.length; j++) g[j] = (g[j] - (along * scaled[j]) / norm) / norm / largest;
}

function meanOf(x: Float64Array): number {
  return x.reduce((sum, xj) => sum + xj, 0) / x.length;
}
