export { binaryGradient, binaryHessian } from './binary-rows';
export { categoricalGradient, categoricalHessian } from './categorical-rows';
export { float32Gradient, float32Hessian } from './float32-rows';
export { forwardRows, hessian, reverseRows } from './network';
export { neuralsortCurvature, neuralsortPullback, neuralsortWeights } from './neuralsort';
export { allocateRows, end, g, gaps, H, NEURALSORT, normalizeRows, P, SOFTSORT, start, T, x } from './rows';
export { softsortCurvature, softsortPullback, softsortWeights } from './softsort';

/** The first byte that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
