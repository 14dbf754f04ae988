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
export { gallery, type GalleryName, type SolutionMap } from './gallery.js';
export { optimalValueLoss } from './optimal-value-loss.js';
export { type Criterion, solutionLoss } from './solution-loss.js';
