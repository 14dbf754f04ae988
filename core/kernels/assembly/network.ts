import { grow, layOut } from './shared/memory';
import { layOutPairs } from './network/pair-layout';
import { layOutNetwork } from './network/layout';
import { layOutRounded } from './network/rounded';
import { forwardSweep, reverseSweep } from './network/sweeps';

export { hessianOfPair } from './network/hessian';
export { alpha, complement, D, first, from, lower, to, upper, X, xBar, XBar } from './network/layout';
export { curvatureRoot, H, reachFrom, reachTo, second } from './network/pair-layout';
export { sweepPair } from './network/pair-sweeps';
export { apart, promotePair, rounded, truth } from './network/rounded';

/**
 * For so many samples; with the arrays of Hessians, whose tangents are made for blocks of `items` and `columns`, where these are
 * not 0, and where `fromFloat32` with those of samples in float32. Whether there was the memory.
 */
export function allocate(
  scores: i32,
  comparators: i32,
  block: i32,
  samples: i32,
  items: i32,
  columns: i32,
  fromFloat32: bool,
): bool {
  layOut();
  if (fromFloat32) layOutRounded(scores, comparators);
  layOutNetwork<f64>(scores, comparators, block, samples, false);
  if (items > 0) layOutPairs(samples, items, columns);
  return grow();
}

export function forward(sample: i32): void {
  forwardSweep<f64>(sample);
}

export function reverse(sample: i32): void {
  reverseSweep<f64>(sample);
}
