import { grow, layOut } from './shared/memory';
import { layOutNetwork } from './network/layout';
import { forwardSweep, reverseSweep } from './network/sweeps';

export { alpha, complement, D, first, from, lower, to, upper, X, xBar, XBar } from './network/layout';

/** Keeps what a Hessian takes where `curved`; whether there was the memory. */
export function allocate(scores: i32, comparators: i32, block: i32, samples: i32, curved: bool): bool {
  layOut();
  layOutNetwork<f32>(scores, comparators, block, samples, curved);
  return grow();
}

export function forward(sample: i32): void {
  forwardSweep<f32>(sample);
}

export function reverse(sample: i32): void {
  reverseSweep<f32>(sample);
}
