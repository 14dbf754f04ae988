import type { Operation, Var } from './recording.js';

/** y = sum_i A_i x_i with matrices that do not depend on x. */
export interface LinearMap<Detail> {
  readonly name: string;
  /** out += A_i x */
  apply(y: Var<Detail>, i: number, x: Float64Array, out: Float64Array): void;
  /** out += A_i^T yBar */
  transpose(y: Var<Detail>, i: number, yBar: Float64Array, out: Float64Array): void;
}

/** A linear map is its own tangent, and its reverse has no curvature. */
export function linear<Detail>({ name, apply, transpose }: LinearMap<Detail>): Operation<Detail> {
  return {
    name,
    forward: (y) => y.inputs.forEach((x, i) => apply(y, i, x.value, y.value)),
    tangent: (y) => y.inputs.forEach((x, i) => x.active && apply(y, i, x.dot!, y.dot!)),
    reverse: (y) => y.inputs.forEach((x, i) => x.active && transpose(y, i, y.bar!, x.bar!)),
    curvature: (y) => y.inputs.forEach((x, i) => x.active && transpose(y, i, y.barDot!, x.barDot!)),
  };
}
