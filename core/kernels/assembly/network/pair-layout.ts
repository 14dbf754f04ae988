import { take } from '../shared/memory';
import { n, size, stride } from './layout';

/**
 * What a Hessian takes beside the arrays of layout.ts: F''(D), (samples, size), and f''(X), (samples, n, stride). Below,
 * every number is a pair, of two samples whose Hessians are made side by side, a lane of a vector each.
 */
export let second: usize = 0;
export let curvature: usize = 0;
/** (size) int32: the items that reach a comparator, [from, to). */
export let reachFrom: usize = 0;
export let reachTo: usize = 0;
/** (size, n): X_a - X_b and XBar_a - XBar_b of each comparator; (size): the latter of the scores, and alphaBar. */
export let pairDifference: usize = 0;
export let pairLambda: usize = 0;
export let pairXLambda: usize = 0;
export let pairAlphaBar: usize = 0;
/** (n, n): X on its way forward, XBar on its way back; (n): derivatives in the scores. */
export let pairX: usize = 0;
export let pairXBar: usize = 0;
/** (n, n): tangents of the scores in their lanes. (n, 2): those of D of a comparator, each followed by its w. */
export let xDot: usize = 0;
export let dots: usize = 0;
/** (n, n, n): tangents of X in rows, and (n) int32, the row of each lane. */
export let XDot: usize = 0;
export let rowOf: usize = 0;
/** (n, n): the Hessian in the scores, on and above the diagonal. */
export let H: usize = 0;

export function layOutPairs(samples: i32): void {
  second = take<f64>(samples, size);
  curvature = take<f64>(samples * n, stride);
  reachFrom = take<i32>(size);
  reachTo = take<i32>(size);
  pairDifference = take<f64>(2 * size, n);
  pairLambda = take<f64>(2 * size, n);
  pairXLambda = take<f64>(2 * size);
  pairAlphaBar = take<f64>(2 * size);
  pairX = take<f64>(2 * n, n);
  pairXBar = take<f64>(2 * n);
  xDot = take<f64>(2 * n, n);
  dots = take<f64>(4 * n);
  XDot = take<f64>(2 * n * n, n);
  rowOf = take<i32>(n);
  H = take<f64>(2 * n, n);
}
