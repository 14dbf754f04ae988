/** Convex programs as differentiable functions of their parameters: see docs/convex.md. */
export * from './model/index.js';
export {
  type ConvexLayer,
  convexLayer,
  type ConvexLayerOptions,
  type DerivativeKind,
  type LayerInput,
  type LayerSolution,
  type SampleReport,
} from './layer.js';
export type { ConeKind } from './cones/index.js';
export { type ConvexLossDefinition, defineOptimalValueLoss, defineSolutionLoss } from './define-losses.js';
export { lossProblems } from './gallery.js';
export { gallery, type GalleryName } from './gallery.js';
export { optimalValueLoss } from './optimal-value-loss.js';
export { type Criterion, solutionLoss } from './solution-loss.js';
export type { SolutionMap, ValueMap } from './solution-map.js';
export type { SparseMatrix } from './linear-algebra/sparse.js';
export type { ConeProgram, Status } from './solver/cone-program.js';
export type { ConeDerivative, ConePoint, ConeSolver } from './solver/cone-solver.js';
export type { DataChange, SolutionChange } from './solver/linearisation.js';
