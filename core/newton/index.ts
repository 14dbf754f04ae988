export { choose, type SolverChoice } from './choose.js';
export { curvatureOf } from './curvature.js';
export { type NewtonDiagnostics } from './diagnostics.js';
export {
  type Curvature,
  type FisherOptions,
  type Lambda,
  type NewtonOptions,
  newtonOptionsSchema,
  type ResolvedOptions,
  resolveOptions,
} from './options.js';
export { fisherDirections, newtonStep, type NewtonStep } from './step.js';
export { newtonTarget, type NewtonTarget } from './target.js';
