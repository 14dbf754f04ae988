export { type SolverChoice } from './choose.js';
export { type NewtonDiagnostics } from './diagnostics.js';
export {
  type Curvature,
  type FisherOptions,
  type Lambda,
  type NewtonOptions,
  newtonOptionsSchema,
  type ResolvedOptions,
  resolveFisher,
  resolveOptions,
} from './options.js';
export { fisherDirections, newtonSolver, newtonStep, type NewtonStep } from './step.js';
export { newtonTarget, type NewtonTarget } from './target.js';
