import { take } from '../shared/memory';
import { at } from '../shared/vectors';
import { area, iterations } from './grid';

/**
 * Planes of derivatives along `vector`, marked with a dot: of the sweeps, and of the way back through them. With z the distances around a
 * cell and s = 1 + mean - z,
 *
 *     z. = sum pi s z. + c.,     pi. = -pi (z. - drift),     drift = sum pi z.
 */

/** Of the costs. */
export let cDot: usize = 0;
/** (iterations) groups of TANGENT planes: z. after sweep t, and drift and mean. = z. - c. of the sweep. Group 0 is 0. */
let tangents: usize = 0;

export const Z_DOT: i32 = 0;
export const DRIFT: i32 = 1;
export const MEAN_DOT: i32 = 2;
const TANGENT: i32 = 3;

/** Of the adjoints of costs and of distances after a sweep and before it, the latter two in turns. */
export let cBarDot: usize = 0;
export let zBarDot: usize = 0;
export let zBarDotBefore: usize = 0;

export function layOutDerivatives(): void {
  cDot = take<f64>(area);
  tangents = take<f64>(iterations * TANGENT, area);
  cBarDot = take<f64>(area);
  zBarDot = take<f64>(area);
  zBarDotBefore = take<f64>(area);
}

/** Plane `kind` of group t. */
@inline
export function tangent(t: i32, kind: i32): usize {
  return at(tangents, (t * TANGENT + kind) * area);
}

/** Exchanges zBarDot with zBarDotBefore. */
export function turnAdjointDots(): void {
  const before = zBarDotBefore;
  zBarDotBefore = zBarDot;
  zBarDot = before;
}
