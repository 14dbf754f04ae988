import { pair, plus } from '../shared/vectors';
import { stride } from './grid';

/** Sums over the eight cells around a pair of cells, from sums over columns: with cells above and below, and with the middle ones too. */

/** Of the cells above and below p and p + 1. */
@inline
export function ends(plane: usize, p: i32): v128 {
  return plus(pair(plane, p - stride), pair(plane, p + stride));
}

/** Of the cells above, at and below p and p + 1. */
@inline
export function column(plane: usize, p: i32): v128 {
  return plus(ends(plane, p), pair(plane, p));
}

/** Of the cells around p and p + 1: from `ends` here, and `column` of the pairs to the left, here in full, and to the right. */
@inline
export function around(left: v128, here: v128, full: v128, right: v128): v128 {
  return plus(here, plus(middle(left, full), middle(full, right)));
}

/** The second of a and the first of b: what lies between two pairs. */
@inline
function middle(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 2);
}
