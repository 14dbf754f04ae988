import { take } from '../shared/memory';
import { n, size, stride } from './layout';

/**
 * What a Hessian takes beside the arrays of layout.ts: F''(D), (samples, size), and the root of f''(X), (samples, n, stride).
 * Below, every number is a pair, of two samples whose Hessians are made side by side, a lane of a vector each.
 */
export let second: usize = 0;
export let curvatureRoot: usize = 0;
/** Tangents of X are made for blocks of so many items and, one after the other, so many scores. */
export let items: i32 = 0;
export let columns: i32 = 0;
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
/** (n, columns): tangents of the scores in their lanes; (columns): those of D of a comparator. */
export let xDot: usize = 0;
export let dots: usize = 0;
/** (n / columns, size, columns): w of each comparator. (n, n): what the lanes' tangents count, on the way back. */
export let w: usize = 0;
export let xDotBar: usize = 0;
/** (n / columns, n, items, columns): tangents of X, in rows, for some items. */
export let XDot: usize = 0;
/** (size, items): of pairDifference and pairLambda what the items at hand have, where they are not all. */
export let ownDifference: usize = 0;
export let ownLambda: usize = 0;
/** (n) int32, the row of each lane. */
export let rowOf: usize = 0;
/** (n, n): the Hessian in the scores, on and above the diagonal. */
export let H: usize = 0;

export function layOutPairs(samples: i32, blockItems: i32, blockColumns: i32): void {
  items = blockItems;
  columns = blockColumns;
  second = take<f64>(samples, size);
  curvatureRoot = take<f64>(samples * n, stride);
  reachFrom = take<i32>(size);
  reachTo = take<i32>(size);
  pairDifference = take<f64>(2 * size, n);
  pairLambda = take<f64>(2 * size, n);
  pairXLambda = take<f64>(2 * size);
  pairAlphaBar = take<f64>(2 * size);
  pairX = take<f64>(2 * n, n);
  pairXBar = take<f64>(2 * n);
  xDot = take<f64>(2 * n, columns);
  dots = take<f64>(2 * columns);
  const blocks = (n + columns - 1) / columns;
  w = take<f64>(blocks * size, 2 * columns);
  xDotBar = take<f64>(2 * n, n);
  XDot = take<f64>(blocks * n, 2 * items * columns);
  const packed = items < n ? 2 * items : 0;
  ownDifference = take<f64>(size, packed);
  ownLambda = take<f64>(size, packed);
  rowOf = take<i32>(n);
  H = take<f64>(2 * n, n);
}
