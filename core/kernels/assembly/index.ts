export { configureGrid, costs as gridCosts, gradient as gridSlopes, path as gridPath, vector as gridVector } from './bellman-ford/grid';
export { allocateGrid, gridGradient, gridPathGradient, gridProduct, gridSoftPath } from './bellman-ford/passes';
export { forwardRows, hessian, reverseRows } from './network';
export { forwardRows32, reverseRows32 } from './network-float32';
export { addProducts, addSparseProducts, mirror, scaleRows } from './product-sum';
export { normalQuantiles } from './normal';
export { uniforms } from './random';
export { BINARY, CATEGORICAL, FLOAT32, rowsForward, rowsGradient, rowsHessian, rowsStart } from './row-passes';
export { allocateRows, blocks, gradient, NEURALSORT, order, P, ranks, scores, SOFTSORT } from './rows';

/** The first byte that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
