/** What losses over hard algorithms are made of: solvers, targets, distances, noise and what is estimated under it. */
export { default as assignment } from '../algorithms/assignment.js';
export { default as gridShortestPath } from '../algorithms/grid-shortest-path.js';
export { default as knapsack } from '../algorithms/knapsack.js';
export { default as linearProgram } from '../algorithms/linear-program.js';
export { default as ranking } from '../algorithms/ranking.js';
export { default as topK } from '../algorithms/top-k.js';
export { factorSemidefinite } from '../linear-algebra/semidefinite.js';
export { type DistributionName, distributionNames, distributions } from './noise/distributions.js';
export {
  meanOfDraws,
  subtractVariate,
  sumOfDraws,
  sumOfProducts,
  type Variate,
  variateSchema,
  weightedScores,
  withHermiteHessian,
} from './noise/estimates.js';
export { blockedDesign, type Design, designOf, drawNoise, type Noise, noiseToDraw, perturb } from './noise/noise.js';
export { perturbationSchema, sampleWithinNoise } from './noise/options.js';
export { createPerturbedSolver } from './noise/perturbed-solutions.js';
export { additive, type Moved, multiplicative, type Perturbation } from './noise/perturbation.js';
export { normalisedRegret, regret } from './regret.js';
export {
  type DistanceName,
  distanceSchema,
  solutionDistanceGradients,
  solutionDistances,
  solutionSchema,
} from './solution-distance.js';
export { costSign, sampleSolutions, solutionTargets } from './solution-target.js';
export { solveExactly } from './solve-exactly.js';
