import { grow } from './shared/memory';
import { layOutNetwork } from './network/layout';
import { forwardSweep, reverseSweep } from './network/sweeps';

export {
  alpha, alphaBar, complement, D, difference, first, from, lambda, lower, to, upper, X, xBar, XBar, xLambda,
} from './network/layout';

/** Keeps what a Hessian takes where `curvature`; whether there was the memory. */
export function allocate(scores: i32, comparators: i32, block: i32, curvature: bool): bool {
  layOutNetwork<f32>(scores, comparators, block, curvature);
  return grow();
}

export function forward(): void {
  forwardSweep<f32>();
}

export function reverse(): void {
  reverseSweep<f32>();
}
