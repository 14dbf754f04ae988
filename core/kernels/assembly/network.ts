import { grow } from './shared/memory';
import { layOutHessian } from './network/hessian';
import { layOutNetwork } from './network/layout';
import { forwardSweep, reverseSweep } from './network/sweeps';

export { curvature, H, hessian, second } from './network/hessian';
export {
  alpha, alphaBar, complement, D, difference, first, from, lambda, lower, to, upper, X, xBar, XBar, xLambda,
} from './network/layout';

/** With the arrays of a Hessian too where `curvature`; whether there was the memory. */
export function allocate(scores: i32, comparators: i32, block: i32, curvature: bool): bool {
  layOutNetwork<f64>(scores, comparators, block, curvature);
  if (curvature) layOutHessian();
  return grow();
}

export function forward(): void {
  forwardSweep<f64>();
}

export function reverse(): void {
  reverseSweep<f64>();
}
