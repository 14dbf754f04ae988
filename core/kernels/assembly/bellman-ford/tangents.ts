import { at } from '../vectors';
import { area, beta, iterations, take, toPlane, vector } from './grid';
import { relaxTangentsNarrow } from './narrow-tangent-sweeps';
import { narrow } from './sweeps';
import { relaxTangentsWide } from './wide-tangent-sweeps';

/**
 * Derivatives of the sweeps along `vector`, marked with a dot: with z the distances around a cell and s = 1 + mean - z,
 *
 *     z. = sum pi s z. + c.,     pi. = -pi (z. - drift),     drift = sum pi z.
 */

/** Plane of the tangents of the costs. */
export let cDot: usize = 0;
/** (iterations) groups of TANGENT planes: z. after sweep t, and drift and mean. = z. - c. of the sweep. Group 0 is 0. */
let tangents: usize = 0;

export const Z_DOT: i32 = 0;
export const DRIFT: i32 = 1;
export const MEAN_DOT: i32 = 2;
const TANGENT: i32 = 3;

export function layOutTangents(): void {
  cDot = take(area);
  tangents = take(iterations * TANGENT * area);
}

/** Plane `kind` of group t. */
@inline
export function tangent(t: i32, kind: i32): usize {
  return at(tangents, (t * TANGENT + kind) * area);
}

/** From `vector`, times a number, to the tangents of all states. */
export function relaxTangents(scale: f64): void {
  toPlane(vector, scale * beta, cDot);
  if (narrow) relaxTangentsNarrow();
  else relaxTangentsWide();
}
